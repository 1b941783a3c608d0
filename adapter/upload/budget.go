package upload

import "overgang/rest"

// CodeBudget is the code of the error that says a request's budget is spent.
const CodeBudget = "attachments-too-large"

// Budget is what several large fields of one request may hold together. It is
// used by one goroutine.
type Budget struct {
	Limit int64 // bytes
	spent int64
}

func (b *Budget) spend(n int64) error {
	if n > b.Limit-b.spent {
		return rest.Errorf(rest.TooLarge, CodeBudget,
			"The attachments of one submission may hold %d bytes together", b.Limit)
	}
	b.spent += n
	return nil
}
