package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"

	"overgang/cmd/overgang/config"
	"overgang/cmd/overgang/gateway"
	"overgang/rest"
	"overgang/rest/core"
)

// office is the open data directory with the operators' use cases over it.
type office struct {
	*core.Admin
	conf    config.Config
	storage *gateway.Storage
}

// inOffice runs work on the data directory that the configuration names, which
// must be there: a mistyped one is not a new one. A gateway may serve it meanwhile.
func (s *session) inOffice(work func(*office) error) error {
	conf, err := s.checked()
	if err != nil {
		return err
	}
	switch there, err := gateway.HasStorage(conf); {
	case err != nil:
		return err
	case !there:
		return &exitError{exitAbsent, fmt.Errorf("no data in %s: --data, OVERGANG_DATA or the configuration names another directory; overgang serve, import and restore make one", conf.Data)}
	}
	return s.open(conf, work)
}

// inNewOffice is inOffice that makes the data directory where there is none.
func (s *session) inNewOffice(work func(*office) error) error {
	conf, err := s.checked()
	if err != nil {
		return err
	}
	return s.open(conf, work)
}

// checked is the configuration, which can serve.
func (s *session) checked() (config.Config, error) {
	conf, _, err := s.settings()
	if err == nil {
		err = conf.Check()
	}
	return conf, err
}

func (s *session) open(conf config.Config, work func(*office) error) error {
	storage, err := gateway.OpenStorage(s.ctx, conf, gateway.NewLogger(config.Log{Level: "error", Format: conf.Log.Format}, s.Stderr))
	if err != nil {
		return err
	}
	admin, err := core.NewAdmin(core.AdminConfig{Store: storage.Store, Secret: storage.Secret, Now: s.Now})
	if err == nil {
		err = work(&office{Admin: admin, conf: conf, storage: storage})
	}
	return errors.Join(err, storage.Close())
}

// listFlags say how lists are printed.
type listFlags struct {
	JSON bool `name:"json" help:"Print JSON, one object a line."`
}

// print prints rows: a table with a heading, or JSON.
func (f listFlags) print(w io.Writer, heading []string, rows [][]string) error {
	if f.JSON {
		enc := json.NewEncoder(w)
		for _, row := range rows {
			object := map[string]string{}
			for i, name := range heading {
				object[strings.ReplaceAll(strings.ToLower(name), " ", "_")] = row[i]
			}
			if err := enc.Encode(object); err != nil {
				return err
			}
		}
		return nil
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, strings.Join(heading, "\t"))
	for _, row := range rows {
		fmt.Fprintln(t, strings.Join(row, "\t"))
	}
	return t.Flush()
}

// maxSecret is the longest line that is read as a password or a number.
const maxSecret = 4096

// secretFrom reads a secret's first line from a file; "-" is standard input.
// On the command line other users of the machine could read it.
func (s *session) secretFrom(path string) (rest.Secret, error) {
	if path == "" {
		return "", nil
	}
	in := s.Stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return "", usage(err)
		}
		defer f.Close()
		in = f
	}
	line, err := bufio.NewReader(io.LimitReader(in, maxSecret)).ReadString('\n')
	if err != nil && err != io.EOF {
		return "", err
	}
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", usage(fmt.Errorf("%s holds no password: write it on its first line", path))
	}
	return rest.Secret(line), nil
}

// partyRef reads how an operator names a party: its official number (9 or 11
// digits), its id ("id:50001") or a person's user name.
func partyRef(text string) (rest.PartyRef, error) {
	if ref, ok := rest.RefByNumber(text); ok {
		return ref, nil
	}
	if digits, ok := strings.CutPrefix(text, "id:"); ok {
		id, err := strconv.ParseInt(digits, 10, 32)
		if err != nil || id <= 0 {
			return rest.PartyRef{}, usage(fmt.Errorf("%q is no party: id: is followed by a positive number", text))
		}
		return rest.PartyRef{ID: rest.PartyID(id)}, nil
	}
	if text == "" || (text[0] >= '0' && text[0] <= '9') {
		return rest.PartyRef{}, usage(fmt.Errorf("%q is no party: write an organisation number (9 digits), a national identity number (11), id:NUMBER or a user name", text))
	}
	return rest.PartyRef{UserName: text}, nil
}

// serviceRef reads CODE/EDITION, or CODE alone for every edition.
func serviceRef(text string) (rest.ServiceRef, error) {
	code, edition, given := strings.Cut(text, "/")
	ref := rest.ServiceRef{Code: code}
	if given {
		n, err := strconv.ParseInt(edition, 10, 32)
		if err != nil || n <= 0 {
			return ref, usage(fmt.Errorf("%q is no service: write CODE/EDITION, as in 4501/1", text))
		}
		ref.Edition = int32(n)
	}
	if code == "" && text != "" {
		return ref, usage(fmt.Errorf("%q is no service: write CODE/EDITION, as in 4501/1", text))
	}
	return ref, nil
}
