package sqlstore

import (
	"maps"
	"slices"

	"overgang/rest"
)

// packMessage packs what was sent and no list looks at.
func packMessage(c *rest.Correspondence) []byte {
	p := newPacker(512)
	p.text(c.Sender)
	p.text(c.CreatedBy)
	p.bool(c.Forwarding)
	p.int(int64(len(c.Texts)))
	for _, t := range c.Texts {
		p.text(t.Language)
		p.text(t.Title)
		p.text(t.Summary)
		p.text(t.Body)
	}
	p.int(int64(len(c.Links)))
	for _, l := range c.Links {
		p.text(string(l.Kind))
		p.text(l.Target)
		p.text(l.Text)
		p.bool(l.Reply)
	}
	p.int(int64(len(c.Properties)))
	for _, name := range slices.Sorted(maps.Keys(c.Properties)) {
		p.text(name)
		p.text(c.Properties[name])
	}
	return p.b
}

func unpackMessage(b []byte, c *rest.Correspondence) error {
	u := newUnpacker(b)
	c.Sender, c.CreatedBy, c.Forwarding = u.text(), u.text(), u.bool()
	for range u.count() {
		c.Texts = append(c.Texts, rest.MessageText{Language: u.text(), Title: u.text(), Summary: u.text(), Body: u.text()})
	}
	for range u.count() {
		c.Links = append(c.Links, rest.Link{Kind: rest.LinkKind(u.text()), Target: u.text(), Text: u.text(), Reply: u.bool()})
	}
	if n := u.count(); n > 0 {
		c.Properties = make(map[string]string, n)
		for range n {
			name := u.text()
			c.Properties[name] = u.text()
		}
	}
	return u.err
}

// packMarks packs what became of a message.
func packMarks(c *rest.Correspondence) []byte {
	p := newPacker(128)
	for _, m := range []rest.Mark{c.Read, c.Replied, c.Confirmed, c.Archived, c.Deleted} {
		p.time(m.At)
		p.text(m.By)
	}
	p.uuid(c.Reply)
	p.int(int64(len(c.Notifications)))
	for _, n := range c.Notifications {
		p.text(string(n.Channel))
		p.text(n.To)
		p.text(n.Text)
		p.time(n.Sent)
	}
	return p.b
}

func unpackMarks(b []byte, c *rest.Correspondence) error {
	u := newUnpacker(b)
	for _, m := range []*rest.Mark{&c.Read, &c.Replied, &c.Confirmed, &c.Archived, &c.Deleted} {
		m.At, m.By = u.time(), u.text()
	}
	c.Reply = u.uuid()
	for range u.count() {
		c.Notifications = append(c.Notifications, rest.Notification{
			Channel: rest.NotificationChannel(u.text()), To: u.text(), Text: u.text(), Sent: u.time(),
		})
	}
	return u.err
}

func (p *packer) bool(v bool) {
	n := byte(0)
	if v {
		n = 1
	}
	p.b = append(p.b, n)
}

func (u *unpacker) bool() bool { return u.byte() != 0 }
