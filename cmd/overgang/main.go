package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"overgang/cmd/overgang/config"
	"overgang/cmd/overgang/gateway"
)

func main() {
	gateway.StartLean()
	m := &Main{
		Args: os.Args[1:], Environ: os.Environ(), Now: time.Now,
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Signals: make(chan os.Signal, 2),
	}
	signal.Notify(m.Signals, syscall.SIGTERM, syscall.SIGINT)
	os.Exit(m.Run(context.Background()))
}

// Main is the program: everything it takes from its surroundings. Tests start
// it in their own process.
type Main struct {
	Args    []string
	Environ []string // os.Environ's form
	Now     func() time.Time
	Stdin   io.Reader
	Stdout  io.Writer // results
	Stderr  io.Writer // errors and the log
	// Signals end serve: the first lets it finish what it accepted, the second
	// ends it at once. Other commands clean up after the first, and end without
	// after the second. They are not told apart.
	Signals chan os.Signal
}

// grammar is the command line.
type grammar struct {
	Config string `short:"c" placeholder:"FILE" help:"YAML configuration. Without it OVERGANG_CONFIG, and without that the defaults."`
	Data   string `placeholder:"DIR" help:"Directory of the database, the content and the keys."`

	Serve  serveCommand   `cmd:"" help:"Answer old and new clients until SIGTERM or SIGINT."`
	Conf   configCommands `cmd:"" name:"config" help:"Show or check the configuration."`
	System systemCommands `cmd:"" help:"End-user systems, which old clients log in as."`
	Person personCommands `cmd:"" help:"Persons who log in."`
	Party  partyCommands  `cmd:"" help:"Persons and organisations that instances belong to."`

	Enterprise enterpriseCommands `cmd:"" help:"Enterprise users, who log in with a certificate beside their password."`

	Grant   grantCommands   `cmd:"" help:"Who may act for whom."`
	Service serviceCommands `cmd:"" help:"What can be sent in, under its old and its new name."`
	Import  importCommand   `cmd:"" help:"Apply a file of accounts, services and history."`
	Webhook webhookCommands `cmd:"" help:"Who is told of events, where, and what could not be delivered."`
	Token   tokenCommand    `cmd:"" help:"Make a bearer token for the HTTP API."`
	Version versionCommand  `cmd:"" help:"Print the version."`

	Transfer transferCommands `cmd:"" help:"Files on their way from senders to recipients."`
	Verify   verifyCommand    `cmd:"" help:"Read every row and every content, and say what is missing, altered or extra."`
	Backup   backupCommand    `cmd:"" help:"Copy the data directory, also while a gateway serves it."`
	Restore  restoreCommand   `cmd:"" help:"Make the data directory of a backup."`

	Correspondence correspondenceCommands `cmd:"" help:"Messages from services' owners to parties."`
	Outbox         outboxCommands         `cmd:"" help:"Text messages and emails: what waits, what was sent, what failed."`
	Case           caseCommands           `cmd:"" help:"Cases, which group a party's instances and messages."`
	Lookup         lookupCommands         `cmd:"" help:"Answers from registers, in parties' archives."`
	Prefill        prefillCommands        `cmd:"" help:"What services' owners filled in for parties beforehand."`
}

// session is one run of one command.
type session struct {
	*Main
	ctx     context.Context
	grammar *grammar
}

// exited is how kong ends after --help.
type exited int

// Run runs the command and returns its exit code.
func (m *Main) Run(ctx context.Context) (code int) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case exited:
			code = int(p)
		default:
			panic(p)
		}
	}()
	g := &grammar{}
	parser, err := kong.New(g,
		kong.Name("overgang"),
		kong.Description("Overgang lets systems that were built against the old SOAP services go on working on top of a REST model.\n\n"+exitCodes),
		kong.Writers(m.Stdout, m.Stderr),
		kong.Exit(func(code int) { panic(exited(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		panic(err) // the grammar above is wrong
	}
	k, err := parser.Parse(m.Args)
	if err != nil {
		return m.failed(usage(fmt.Errorf("%w (see overgang --help)", err)))
	}
	run := func(ctx context.Context) error { return k.Run(&session{Main: m, ctx: ctx, grammar: g}) }
	if k.Command() == "serve" {
		err = run(ctx) // it has its own way with signals
	} else {
		err = m.interruptible(ctx, run)
	}
	if err != nil {
		return m.failed(err)
	}
	return exitOK
}

// letGo is how long a command has to clean up after a signal.
const letGo = 5 * time.Second

// interruptible runs a command until a signal comes. One that does not heed its
// context, as while it waits for standard input, is left behind: the process
// ends, and nothing a command does is the worse for that.
func (m *Main) interruptible(ctx context.Context, run func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	select {
	case err := <-done:
		return err
	case <-m.Signals:
	}
	cancel()
	select {
	case err := <-done:
		if !errors.Is(err, context.Canceled) {
			return err // it was through, or had failed
		}
	case <-m.Signals:
	case <-time.After(letGo):
	}
	return &exitError{exitCutOff, errors.New("interrupted before it was done")}
}

func (m *Main) failed(err error) int {
	fmt.Fprintf(m.Stderr, "overgang: %s\n", strings.TrimRight(shown(err), "\n"))
	return exitCode(err)
}

// settings loads the configuration as the flags, the environment and the file
// say. It is not checked.
func (s *session) settings() (c config.Config, unused []string, err error) {
	path := s.grammar.Config
	if path == "" {
		path = s.variable("OVERGANG_CONFIG")
	}
	c, unused, err = config.Load(path, s.Environ)
	if err != nil {
		return c, nil, err
	}
	if s.grammar.Data != "" {
		c.Data = s.grammar.Data
	}
	return c, unused, nil
}

func (m *Main) variable(name string) string {
	for _, entry := range m.Environ {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}
