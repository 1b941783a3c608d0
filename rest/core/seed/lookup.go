package seed

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"overgang/rest"
)

// Lookup is one answer from a register to one party, archived as if by the
// service's owner; its key makes it repeatable.
type Lookup struct {
	App        string          `yaml:"app"` // org/app: the org answers
	Party      rest.NationalID `yaml:"party"`
	Key        string          `yaml:"key"`
	Title      string          `yaml:"title"`    // empty = the service's
	Question   string          `yaml:"question"` // what was looked up
	Language   string          `yaml:"language"` // nb, nn, se, en; empty = nb
	Forwarding bool            `yaml:"forwarding"`
	Archived   time.Time       `yaml:"archived"` // empty = now
	FileName   string          `yaml:"fileName"` // empty = the file's
	File       string          `yaml:"file"`     // a PDF document
	Text       string          `yaml:"text"`     // or its text
}

// Answer archives the file's lookups, in order. Those that are there already, by
// their keys, are recognised and not counted. The core must have seen the
// registry that Apply left.
func (f *File) Answer(ctx context.Context, core rest.Core) (added int, err error) {
	for i, l := range f.Lookups {
		repeated, err := f.answer(ctx, core, l)
		if err != nil {
			return added, f.wrong("lookups", i, err)
		}
		if !repeated {
			added++
		}
	}
	return added, nil
}

func (f *File) answer(ctx context.Context, core rest.Core, l Lookup) (repeated bool, err error) {
	org, app, _ := strings.Cut(l.App, "/")
	party, ok := rest.RefByNumber(l.Party.Reveal())
	switch {
	case org == "" || app == "":
		return false, errors.New("a lookup needs an app, as in ttd/innsyn")
	case !ok:
		return false, errors.New("party is no organisation number or national identity number")
	}
	content, err := f.content(ctx, core, l.File, l.Text)
	if err != nil {
		return false, err
	}
	name := l.FileName
	if name == "" && l.File != "" {
		name = filepath.Base(l.File)
	}
	_, repeated, err = core.AddLookup(ctx, ownerOf(org), rest.NewLookup{
		App: rest.AppID{Org: org, App: app}, Party: party, Key: l.Key, Title: l.Title, Question: l.Question, Language: l.Language,
		Forwarding: l.Forwarding, FileName: name, Content: content, Archived: l.Archived,
	})
	return repeated, err
}
