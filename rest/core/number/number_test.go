package number

import "testing"

// 974760673 is Brønnøysundregistrene itself, 974761076 Skatteetaten, both
// public. The persons' numbers are found by the definition: both weighted sums divide by 11.
func TestOrganisation(t *testing.T) {
	for s, ok := range map[string]bool{
		"974760673": true, "974761076": true, "974760674": false, "97476067": false, "97476067x": false, "": false,
	} {
		if err := Organisation(s); (err == nil) != ok {
			t.Errorf("Organisation(%q) = %v", s, err)
		}
	}
}

func TestPerson(t *testing.T) {
	valid := map[int][]string{}
	for _, month := range []int{1, 12, 41, 52, 66, 77, 81, 92} {
		valid[month] = made(1, month)
		valid[month+1000] = made(41, month) // D-numbers
	}
	for month, list := range valid {
		if len(list) == 0 {
			t.Fatalf("no numbers with month %d", month)
		}
		for _, s := range list {
			if err := Person(s); err != nil {
				t.Errorf("Person(%q) = %v", s, err)
			}
			if got, want := Synthetic(s), month%1000 > 40; got != want {
				t.Errorf("Synthetic(%q) = %v", s, got)
			}
			wrong := s[:10] + string('0'+(s[10]-'0'+1)%10)
			if Person(wrong) == nil {
				t.Errorf("Person(%q) accepted", wrong)
			}
		}
	}
	for _, s := range append(made(1, 13), append(made(1, 0), append(made(32, 1), append(made(0, 1), "1", "0101010000x")...)...)...) {
		if Person(s) == nil {
			t.Errorf("Person(%q) accepted", s)
		}
	}
}

// made lists numbers with right check digits for a date, by trying them all.
func made(day, month int) []string {
	var out []string
	for serial := 0; serial < 20; serial++ {
		for k := 0; k < 100; k++ {
			d := []int{day / 10, day % 10, month / 10, month % 10, 8, 0, serial / 100, serial / 10 % 10, serial % 10, k / 10, k % 10}
			sum1 := 3*d[0] + 7*d[1] + 6*d[2] + d[3] + 8*d[4] + 9*d[5] + 4*d[6] + 5*d[7] + 2*d[8] + d[9]
			sum2 := 5*d[0] + 4*d[1] + 3*d[2] + 2*d[3] + 7*d[4] + 6*d[5] + 5*d[6] + 4*d[7] + 3*d[8] + 2*d[9] + d[10]
			if sum1%11 == 0 && sum2%11 == 0 {
				b := make([]byte, 11)
				for i, v := range d {
					b[i] = byte('0' + v)
				}
				out = append(out, string(b))
			}
		}
	}
	return out
}
