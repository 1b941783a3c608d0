package sqlstore

import (
	"fmt"
	"math"
)

// counters are the last numbers taken, as the counter row has them.
type counters struct {
	instance, element, receipt, event, party, system, message, generation, probe, enterprise int64
}

var (
	selectCounters = sql("SELECT instance, element, receipt, event, party, system, message, generation, probe, enterprise FROM counter")
	updateCounters = sql("UPDATE counter SET instance = ?, element = ?, receipt = ?, event = ?, party = ?, system = ?, message = ?, generation = ?, probe = ?, enterprise = ?")
	raise          = sql("UPDATE counter SET instance = max(instance, ?1), element = max(element, ?1), receipt = max(receipt, ?1), party = max(party, ?2), system = max(system, ?3)")
)

func (n *counters) load(c *conn) error {
	return c.one(selectCounters, func(r *row) error {
		*n = counters{r.int(), r.int(), r.int(), r.int(), r.int(), r.int(), r.int(), r.int(), r.int(), r.int()}
		return nil
	})
}

func (n *counters) save(c *conn) error {
	return c.exec(updateCounters, n.instance, n.element, n.receipt, n.event, n.party, n.system, n.message, n.generation, n.probe, n.enterprise)
}

// raiseCounters makes numbering begin where the options say, if it has not come further.
func raiseCounters(c *conn, o Options) error {
	var n counters
	if err := n.load(c); err != nil {
		return err
	}
	first := int64(o.FirstNumber) - 1
	if n.instance >= first && n.element >= first && n.receipt >= first && n.party >= int64(o.FirstParty)-1 && n.system >= int64(o.FirstSystem)-1 {
		return nil
	}
	_, err := c.change(raise, o.FirstNumber-1, o.FirstParty-1, o.FirstSystem-1)
	return err
}

// take advances a counter of 32-bit numbers by n and returns the first of them.
func take(counter *int64, n int) (int32, error) {
	if *counter > math.MaxInt32-int64(n) {
		return 0, fmt.Errorf("sqlstore: all %d numbers of a kind are used up", math.MaxInt32)
	}
	first := *counter + 1
	*counter += int64(n)
	return int32(first), nil
}
