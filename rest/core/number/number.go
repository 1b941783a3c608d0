// Package number checks the official numbers of persons and organisations.
package number

import (
	"errors"
	"fmt"
)

// Organisation checks an organisation number: nine digits, the last of them a
// check digit modulo 11 (Brønnøysundregistrene, "Organisasjonsnummeret").
// Synthetic organisations (Tenor) start with 2 or 3, real ones with 8 or 9;
// both are accepted.
func Organisation(s string) error {
	d, err := digits(s, 9)
	if err != nil {
		return fmt.Errorf("organisation number: %w", err)
	}
	if check(d[:8], []int{3, 2, 7, 6, 5, 4, 3, 2}) != d[8] {
		return errors.New("organisation number: wrong check digit")
	}
	return nil
}

// Person checks a national identity number: a date, a serial number and two
// check digits modulo 11 (Skatteetaten, "Fødselsnummer"). D-numbers (day + 40)
// and the synthetic ranges (month + 40, + 65 or + 80) are accepted.
func Person(s string) error {
	d, err := digits(s, 11)
	if err != nil {
		return fmt.Errorf("national identity number: %w", err)
	}
	day, month := d[0]*10+d[1], d[2]*10+d[3]
	if day > 40 {
		day -= 40
	}
	if day < 1 || day > 31 || plainMonth(month) == 0 {
		return errors.New("national identity number: no such date")
	}
	if check(d[:9], []int{3, 7, 6, 1, 8, 9, 4, 5, 2}) != d[9] ||
		check(d[:10], []int{5, 4, 3, 2, 7, 6, 5, 4, 3, 2}) != d[10] {
		return errors.New("national identity number: wrong check digits")
	}
	return nil
}

// Synthetic says whether a person's number is of a synthetic range, which no
// living person has: NAV adds 40 to the month, Dolly 65, Skatteetaten's Tenor 80.
func Synthetic(s string) bool {
	d, err := digits(s, 11)
	return err == nil && d[2]*10+d[3] > 40
}

// plainMonth takes a synthetic range off the month; 0 = no month.
func plainMonth(m int) int {
	for _, shift := range []int{0, 40, 65, 80} {
		if m-shift >= 1 && m-shift <= 12 {
			return m - shift
		}
	}
	return 0
}

// check is the check digit modulo 11, or -1 when the number has none.
func check(d, weights []int) int {
	sum := 0
	for i, w := range weights {
		sum += d[i] * w
	}
	switch r := 11 - sum%11; r {
	case 11:
		return 0
	case 10:
		return -1
	default:
		return r
	}
}

func digits(s string, n int) ([]int, error) {
	if len(s) != n {
		return nil, fmt.Errorf("has %d characters instead of %d digits", len(s), n)
	}
	d := make([]int, n)
	for i := range s {
		if s[i] < '0' || s[i] > '9' {
			return nil, errors.New("contains something else than digits")
		}
		d[i] = int(s[i] - '0')
	}
	return d, nil
}
