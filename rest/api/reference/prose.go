package reference

import (
	"html"
	"html/template"
	"regexp"
	"strings"
)

// Of the markup that descriptions may have (CommonMark), these are understood:
// paragraphs, lists with * or -, `code`, *emphasis* and [links](address).
var (
	codeSpan = regexp.MustCompile("`([^`]+)`")
	emphasis = regexp.MustCompile(`(^|[\s(])\*([^*\s][^*]*)\*`)
	link     = regexp.MustCompile(`\[([^\]]+)\]\((https?://[^)\s]+|#[^)\s]+|/[^)\s]*)\)`)
)

// prose renders a description. All of it is escaped before anything is marked up.
func prose(text string) template.HTML {
	var b strings.Builder
	for _, block := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if items := listItems(block); items != nil {
			b.WriteString("<ul>")
			for _, i := range items {
				b.WriteString("<li>" + string(line(i)) + "</li>")
			}
			b.WriteString("</ul>")
		} else if block = strings.TrimSpace(block); block != "" {
			b.WriteString("<p>" + string(line(block)) + "</p>")
		}
	}
	return template.HTML(b.String())
}

// listItems splits a block of list items; nil = it is none.
func listItems(block string) (items []string) {
	for _, l := range strings.Split(block, "\n") {
		switch trimmed := strings.TrimSpace(l); {
		case strings.HasPrefix(trimmed, "* "), strings.HasPrefix(trimmed, "- "):
			items = append(items, trimmed[2:])
		case len(items) > 0:
			items[len(items)-1] += " " + trimmed
		default:
			return nil
		}
	}
	return items
}

// line renders a text without blocks. Code is put aside first, so that nothing
// inside it is marked up.
func line(text string) template.HTML {
	var aside []string
	text = codeSpan.ReplaceAllStringFunc(text, func(s string) string {
		aside = append(aside, s[1:len(s)-1])
		return "\x00"
	})
	text = html.EscapeString(strings.ReplaceAll(text, "\x01", ""))
	text = link.ReplaceAllString(text, `<a href="$2">$1</a>`)
	text = emphasis.ReplaceAllString(text, `$1<em>$2</em>`)
	for _, code := range aside {
		text = strings.Replace(text, "\x00", "<code>"+html.EscapeString(code)+"</code>", 1)
	}
	return template.HTML(text)
}
