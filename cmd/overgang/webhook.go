package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

type webhookCommands struct {
	List     webhookListCommand     `cmd:"" help:"List everybody's subscriptions."`
	Show     webhookShowCommand     `cmd:"" help:"Show a subscription, and how the last attempt went."`
	Test     webhookTestCommand     `cmd:"" help:"Have the gateway send a test event."`
	Disable  webhookDisableCommand  `cmd:"" help:"Send nothing until the subscription is validated again. No event is lost."`
	Validate webhookValidateCommand `cmd:"" help:"Have the gateway ask the receiver again; then deliveries go on where they stopped."`
	Remove   webhookRemoveCommand   `cmd:"" help:"Remove a subscription, with what waits for it."`
	Dead     deadLetterCommands     `cmd:"" help:"What could not be delivered."`
}

// subscriptionArg names a subscription.
type subscriptionArg struct {
	ID int64 `arg:"" help:"The subscription's id."`
}

func (a subscriptionArg) named(err error) error {
	return named(err, "subscription %d", a.ID)
}

type webhookListCommand struct{ listFlags }

// Run lists the subscriptions.
func (c *webhookListCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error {
		list, err := o.Subscriptions(s.ctx)
		if err != nil {
			return err
		}
		var rows [][]string
		for _, one := range list {
			rows = append(rows, []string{strconv.FormatInt(one.ID, 10), string(one.Subscriber), stateOf(&one), strconv.FormatInt(one.Health.Delivered, 10),
				strconv.Itoa(one.Waiting), strconv.Itoa(one.Dead), one.Endpoint})
		}
		return c.print(s.Stdout, []string{"ID", "SUBSCRIBER", "STATE", "DELIVERED", "WAITING", "DEAD", "ENDPOINT"}, rows)
	})
}

// stateOf says in a word or two how a subscription is.
func stateOf(s *rest.Subscription) string {
	switch {
	case s.State == rest.Disabled:
		return string(s.State) + " (" + string(s.Reason) + ")"
	case s.Health.Failures > 0:
		return "failing"
	}
	return string(s.State)
}

type webhookShowCommand struct{ subscriptionArg }

// Run shows the subscription.
func (c *webhookShowCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error {
		one, err := o.Subscription(s.ctx, c.ID)
		if err != nil {
			return c.named(err)
		}
		w := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', 0)
		line := func(name, value string) {
			if value != "" {
				fmt.Fprintf(w, "%s\t%s\n", name, value)
			}
		}
		line("subscription", strconv.FormatInt(one.ID, 10))
		line("subscriber", string(one.Subscriber))
		line("endpoint", one.Endpoint)
		line("created", stamp(one.Created))
		line("state", stateOf(one))
		var apps []string
		for _, a := range one.Filter.Apps {
			apps = append(apps, a.String())
		}
		line("applications", strings.Join(apps, ", "))
		line("types", strings.Join(one.Filter.Types, ", "))
		if one.Filter.Party != 0 {
			line("party", strconv.Itoa(int(one.Filter.Party)))
		}
		if one.Filter.Instance != uuid.Nil {
			line("instance", one.Filter.Instance.String())
		}
		line("delivered", strconv.FormatInt(one.Health.Delivered, 10))
		line("waiting", strconv.Itoa(one.Waiting))
		line("dead letters", strconv.Itoa(one.Dead))
		line("last attempt", describeAttempt(one.Health.Last))
		line("failing since", stamp(one.Health.FailingSince))
		line("paused until", stamp(one.Health.Resume))
		return w.Flush()
	})
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// describeAttempt says in words how an attempt went.
func describeAttempt(a rest.Attempt) string {
	if a.At.IsZero() {
		return ""
	}
	words := []string{stamp(a.At), "delivered"}
	if a.Failure != "" {
		words[1] = "failed: " + a.Failure
	}
	if a.Status != 0 {
		words = append(words, fmt.Sprintf("(HTTP %d)", a.Status))
	}
	return strings.Join(append(words, "after", a.Took.Round(time.Millisecond).String()), " ")
}

// asked has the gateway do something for a subscription.
func (a subscriptionArg) asked(s *session, what string, do func(*office, context.Context, int64) (*rest.Subscription, error)) error {
	return s.inOffice(func(o *office) error {
		if _, err := do(o, s.ctx, a.ID); err != nil {
			return a.named(err)
		}
		_, err := fmt.Fprintf(s.Stdout, what+"\n", a.ID)
		return err
	})
}

type webhookTestCommand struct{ subscriptionArg }

// Run puts a test event in line.
func (c *webhookTestCommand) Run(s *session) error {
	return c.asked(s, "subscription %d gets a test event as soon as a gateway serves; overgang webhook show tells how it went",
		func(o *office, ctx context.Context, id int64) (*rest.Subscription, error) {
			return o.TestSubscription(ctx, id)
		})
}

type webhookDisableCommand struct{ subscriptionArg }

// Run disables the subscription.
func (c *webhookDisableCommand) Run(s *session) error {
	return c.asked(s, "subscription %d is disabled",
		func(o *office, ctx context.Context, id int64) (*rest.Subscription, error) {
			return o.DisableSubscription(ctx, id)
		})
}

type webhookValidateCommand struct{ subscriptionArg }

// Run puts a validation in line.
func (c *webhookValidateCommand) Run(s *session) error {
	return c.asked(s, "subscription %d is validated as soon as a gateway serves",
		func(o *office, ctx context.Context, id int64) (*rest.Subscription, error) {
			return o.ValidateSubscription(ctx, id)
		})
}

type webhookRemoveCommand struct{ subscriptionArg }

// Run removes the subscription.
func (c *webhookRemoveCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error { return c.named(o.RemoveSubscription(s.ctx, c.ID)) })
}

type deadLetterCommands struct {
	List      deadListCommand      `cmd:"" help:"List a subscription's dead letters."`
	Redeliver deadRedeliverCommand `cmd:"" help:"Put dead letters back in line."`
	Drop      deadDropCommand      `cmd:"" help:"Forget dead letters."`
}

// letterArgs name one dead letter of a subscription, or all.
type letterArgs struct {
	subscriptionArg
	Letter int64 `arg:"" optional:"" help:"A dead letter's id. Without it, all of the subscription's."`
}

func (a letterArgs) done(s *session, verb string, do func(*office) (int, error)) error {
	if a.Letter < 0 {
		return usage(errors.New("a dead letter's id is a positive number"))
	}
	return s.inOffice(func(o *office) error {
		n, err := do(o)
		if err != nil {
			if a.Letter != 0 {
				return named(err, "dead letter %d of subscription %d", a.Letter, a.ID)
			}
			return a.named(err)
		}
		_, err = fmt.Fprintf(s.Stdout, "%d %s\n", n, verb)
		return err
	})
}

type deadListCommand struct {
	subscriptionArg
	listFlags
}

// deadPage is how many dead letters are read at once.
const deadPage = 500

// Run lists the dead letters.
func (c *deadListCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error {
		var rows [][]string
		for after := int64(0); ; {
			list, next, err := o.DeadLetters(s.ctx, c.ID, after, deadPage)
			if err != nil {
				return c.named(err)
			}
			for _, d := range list {
				rows = append(rows, []string{strconv.FormatInt(d.ID, 10), strconv.FormatInt(d.Event.ID, 10), d.Event.CloudType(), d.Event.App.String(),
					d.Event.Instance.String(), strconv.Itoa(d.Attempts), describeAttempt(d.Last)})
			}
			if next == 0 {
				break
			}
			after = next
		}
		return c.print(s.Stdout, []string{"ID", "EVENT", "TYPE", "APP", "INSTANCE", "ATTEMPTS", "LAST"}, rows)
	})
}

type deadRedeliverCommand struct{ letterArgs }

// Run puts them back in line.
func (c *deadRedeliverCommand) Run(s *session) error {
	return c.done(s, "back in line", func(o *office) (int, error) { return o.Redeliver(s.ctx, c.ID, c.Letter) })
}

type deadDropCommand struct{ letterArgs }

// Run forgets them.
func (c *deadDropCommand) Run(s *session) error {
	return c.done(s, "dropped", func(o *office) (int, error) { return o.DropDeadLetters(s.ctx, c.ID, c.Letter) })
}
