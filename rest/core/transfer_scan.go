package core

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// scanAll scans files that are held back until ctx ends. What was held back
// when the process ended is found again: the transfers themselves are the queue.
func (c *Core) scanAll(ctx context.Context) {
	tick := time.NewTicker(c.cfg.Transfers.Every)
	defer tick.Stop()
	for {
		if err := c.scanDue(ctx); err != nil && ctx.Err() == nil {
			c.log.ErrorContext(ctx, "files not scanned", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-c.transfers.arrived:
		}
	}
}

// scanDue scans what is due, some at once, until nothing is.
func (c *Core) scanDue(ctx context.Context) error {
	for ctx.Err() == nil {
		var ids []uuid.UUID
		err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
			ids, err = r.DueTransfers(c.now().Add(time.Microsecond), true, c.cfg.Transfers.ScanAtOnce)
			return err
		})
		if err != nil || len(ids) == 0 {
			return err
		}
		var scans sync.WaitGroup
		errs := make([]error, len(ids))
		for i, id := range ids {
			scans.Go(func() { errs[i] = c.cfg.Supervisor.Try(scanFiles, func() error { return c.scanOne(ctx, id) }) })
		}
		scans.Wait()
		if err := errors.Join(errs...); err != nil {
			return err
		}
	}
	return nil
}

// scanOne scans one file and does what follows from it.
func (c *Core) scanOne(ctx context.Context, id uuid.UUID) error {
	var t *rest.Transfer
	err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
		if t, err = r.Transfer(id); err == nil {
			t.Content, err = r.TransferContent(id)
		}
		return err
	})
	if err != nil {
		return err
	}
	if !c.now().Before(t.Expires) {
		return c.endOne(ctx, id)
	}
	v, err := c.scan(ctx, t)
	switch {
	case ctx.Err() != nil:
		return nil // stopping: it is scanned again after the next start
	case err != nil:
		c.log.ErrorContext(ctx, "file not scanned, held back", "transfer", id.String(), "again", c.cfg.Transfers.ScanRetry, "error", err)
		return c.scanLater(ctx, id)
	case v.Clean:
		_, err = c.changeTransfer(ctx, id, byGateway, func(_ store.Tx, t *rest.Transfer, l *transferLog) error {
			if t.Status != rest.TransferProcessing {
				return errNotDue
			}
			return c.publishFile(t, l)
		})
	default:
		err = c.stopFile(ctx, id, cleanLine(v.Finding, maxTitle))
	}
	if errors.Is(err, errNotDue) {
		return nil // cancelled meanwhile
	}
	return err
}

// scan asks the scanner, in time. What was held back while there was one is
// clean when there is none any more.
func (c *Core) scan(ctx context.Context, t *rest.Transfer) (v Verdict, err error) {
	if c.cfg.Transfers.Scanner == nil {
		return Verdict{Clean: true}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Transfers.ScanTimeout)
	defer cancel()
	content, err := c.open(ctx, t.Content)
	if err != nil {
		return v, err
	}
	defer content.Close()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("core: the scanner panicked: %v", p)
		}
	}()
	return c.cfg.Transfers.Scanner.Scan(ctx, ScannedFile{Name: t.FileName, Size: t.Content.Size, Content: io.Reader(content)})
}

// scanLater puts a file off that could not be scanned.
func (c *Core) scanLater(ctx context.Context, id uuid.UUID) error {
	_, err := c.changeTransfer(ctx, id, byGateway, func(_ store.Tx, t *rest.Transfer, l *transferLog) error {
		if t.Status == rest.TransferProcessing {
			t.Due, l.changed = l.now.Add(c.cfg.Transfers.ScanRetry), true
		}
		return nil
	})
	return err
}

// stopFile ends a transfer whose file is not clean.
func (c *Core) stopFile(ctx context.Context, id uuid.UUID, finding string) error {
	text := textInfected(finding)
	_, err := c.endTransfer(ctx, id, byGateway, func(t *rest.Transfer, l *transferLog) error {
		if t.Status != rest.TransferProcessing {
			return errNotDue
		}
		return errors.Join(
			l.status(rest.TransferFailed, text, rest.EventTransferFailed),
			l.tell(rest.StatusRejected, text), l.tellRecipients(rest.StatusRejected, text, everybody))
	})
	if err == nil {
		c.log.WarnContext(ctx, "file stopped by the scanner", "transfer", id.String(), "finding", finding)
	}
	return err
}
