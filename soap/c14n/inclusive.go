package c14n

// prefixes are those of a PrefixList.
type prefixes struct {
	list []string
	set  map[string]struct{} // nil while there are few
}

// plain is the prefix that an entry of a PrefixList means.
func plain(entry string) string {
	if entry == "#default" {
		return ""
	}
	return entry
}

func (p *prefixes) reset(list []string) {
	p.list, p.set = list, nil
	if len(list) > fewBindings {
		p.set = make(map[string]struct{}, len(list))
		for _, entry := range list {
			p.set[plain(entry)] = struct{}{}
		}
	}
}

func (p *prefixes) empty() bool { return len(p.list) == 0 }

func (p *prefixes) has(prefix string) bool {
	if p.set != nil {
		_, ok := p.set[prefix]
		return ok
	}
	for _, entry := range p.list {
		if plain(entry) == prefix {
			return true
		}
	}
	return false
}

// inScope visits the declarations of listed prefixes that are in scope at e.
func (p *prefixes) inScope(e *Node, visit func(Namespace)) {
	if p.set == nil {
		for _, entry := range p.list {
			if uri, ok := e.Space(plain(entry)); ok {
				visit(Namespace{plain(entry), uri})
			}
		}
		return
	}
	seen := make(map[string]struct{})
	for n := e; n != nil; n = n.Parent {
		for _, d := range n.Declared {
			if _, ok := seen[d.Prefix]; !ok && p.has(d.Prefix) {
				seen[d.Prefix] = struct{}{}
				visit(d)
			}
		}
	}
}
