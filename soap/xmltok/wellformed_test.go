package xmltok_test

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"overgang/soap/xmltok"
)

// refused are documents that are not well-formed or not allowed, a row a rule.
// Each goes with the byte that its error must name.
var refused = []struct {
	name   string
	doc    string
	offset int64
	reason xmltok.Reason
	msg    string // a part of the message
}{
	// documents, XML 1.0 §2.1
	{"empty", "", 0, xmltok.Malformed, "end of the document"},
	{"white space only", " \n", 2, xmltok.Malformed, "end of the document"},
	{"byte order mark only", "\uFEFF", 3, xmltok.Malformed, "end of the document"},
	{"comment only", "<!--x-->", 8, xmltok.Malformed, "end of the document"},
	{"text before the root", "x<a/>", 0, xmltok.Malformed, "outside the root"},
	{"text behind the root", "<a/>x", 4, xmltok.Malformed, "outside the root"},
	{"reference behind the root", "<a/>&#32;", 4, xmltok.Malformed, "outside the root"},
	{"CDATA before the root", "<![CDATA[]]><a/>", 0, xmltok.Malformed, "CDATA section outside"},
	{"CDATA behind the root", "<a/><![CDATA[ ]]>", 4, xmltok.Malformed, "CDATA section outside"},
	{"second root", "<a/><b/>", 4, xmltok.Malformed, "second root"},
	{"second byte order mark", "\uFEFF\uFEFF<a/>", 3, xmltok.Malformed, "outside the root"},
	{"byte order mark behind the root", "<a/>\uFEFF", 4, xmltok.Malformed, "outside the root"},
	{"NUL behind the root", "<a/>\x00", 4, xmltok.Malformed, "outside the root"},
	{"end tag only", "</a>", 0, xmltok.Malformed, "end tag outside"},
	{"end tag too many", "<a></a></a>", 7, xmltok.Malformed, "end tag outside"},

	// tags, §3.1
	{"element left open", "<a>", 3, xmltok.Malformed, "end of the document"},
	{"inner element left open", "<a><b></a>", 6, xmltok.Malformed, `end tag of "a" where "b"`},
	{"end tag in other case", "<a></A>", 3, xmltok.Malformed, `end tag of "A" where "a"`},
	{"end tag with other prefix", `<p:a xmlns:p="u" xmlns:q="u"></q:a>`, 29, xmltok.Malformed, "end tag of"},
	{"end tag with shorter name", "<ab></a>", 4, xmltok.Malformed, "end tag of"},
	{"end tag with longer name", "<a></ab>", 3, xmltok.Malformed, "end tag of"},
	{"end tag with attribute", `<a></a b="">`, 7, xmltok.Malformed, "more than a name"},
	{"end tag with space before the name", "<a></ a>", 5, xmltok.Malformed, "name is missing"},
	{"empty end tag", "<a></>", 5, xmltok.Malformed, "name is missing"},
	{"start tag cut", "<a", 2, xmltok.Malformed, "end of the document"},
	{"end tag cut", "<a></a", 6, xmltok.Malformed, "end of the document"},
	{"lone <", "<", 1, xmltok.Malformed, "end of the document"},
	{"space before the name", "< a/>", 1, xmltok.Malformed, "name is missing"},
	{"empty tag", "<>", 1, xmltok.Malformed, "name is missing"},
	{"slash within a tag", "<a/ >", 2, xmltok.Malformed, `"/" within`},
	{"slash before an attribute", `<a/b="">`, 2, xmltok.Malformed, `"/" within`},
	{"tag in a tag", "<a<b>", 2, xmltok.Malformed, "runs into"},

	// names, §2.3 and Namespaces §4
	{"name begins with a digit", "<1/>", 1, xmltok.Malformed, "begins with"},
	{"name begins with a hyphen", "<-/>", 1, xmltok.Malformed, "begins with"},
	{"name begins with a full stop", "<.a/>", 1, xmltok.Malformed, "begins with"},
	{"name begins with U+00B7", "<·/>", 1, xmltok.Malformed, "begins with"},
	{"name begins with a combining character", "<\u0301/>", 1, xmltok.Malformed, "begins with"},
	{"multiplication sign in a name", "<a×/>", 2, xmltok.Malformed, "not allowed in a name"},
	{"U+037E in a name", "<a\u037E/>", 2, xmltok.Malformed, "not allowed in a name"},
	{"U+FFFE in a name", "<a\uFFFE/>", 2, xmltok.Malformed, "not a character"},
	{"U+F0000 in a name", "<a\U000F0000/>", 2, xmltok.Malformed, "not allowed in a name"},
	{"no UTF-8 in a name", "<a\xE6/>", 2, xmltok.Malformed, "not UTF-8"},
	{"control character in a name", "<a\x01/>", 2, xmltok.Malformed, "runs into"},
	{"colon first", "<:a/>", 1, xmltok.Malformed, "colon"},
	{"colon last", "<a:/>", 2, xmltok.Malformed, "colon"},
	{"two colons", `<a:b:c xmlns:a="u"/>`, 4, xmltok.Malformed, "colon"},
	{"digit behind the colon", `<a:1 xmlns:a="u"/>`, 3, xmltok.Malformed, "begins with"},
	{"colon first in an attribute", `<a :b=""/>`, 3, xmltok.Malformed, "colon"},
	{"colon alone", "<:/>", 1, xmltok.Malformed, "colon"},

	// attributes, §3.1 and §2.3
	{"no value", "<a b/>", 4, xmltok.Malformed, `no "="`},
	{"no value, end", "<a b>", 4, xmltok.Malformed, `no "="`},
	{"no quotes", "<a b=c/>", 5, xmltok.Malformed, "not quoted"},
	{"no name", `<a =""/>`, 3, xmltok.Malformed, "name is missing"},
	{"other quote closes", `<a b="c'/>`, 10, xmltok.Malformed, "end of the document"},
	{"no space between", `<a b="" c=""d=""/>`, 12, xmltok.Malformed, "runs into"},
	{"no space behind the name", `<a"b"/>`, 2, xmltok.Malformed, "runs into"},
	{"< in a value", `<a b="<"/>`, 6, xmltok.Malformed, `"<" in an attribute`},
	{"lone & in a value", `<a b="&"/>`, 6, xmltok.Malformed, "begins no reference"},
	{"control character in a value", "<a b=\"\x1F\"/>", 6, xmltok.Malformed, "U+001F"},
	{"no UTF-8 in a value", "<a b=\"\xC3\"/>", 6, xmltok.Malformed, "not UTF-8"},
	{"U+FFFF in a value", "<a b=\"\uFFFF\"/>", 6, xmltok.Malformed, "U+FFFF"},
	{"value cut in a sequence", "<a b=\"\xC3", 6, xmltok.Malformed, "not UTF-8"},
	{"attribute twice", `<a b="" b=""/>`, 8, xmltok.Malformed, `"b" appears twice`},
	{"attribute twice, many", `<a a="" b="" c="" d="" e="" f="" g="" h="" i="" c=""/>`, 48, xmltok.Malformed, `"c" appears twice`},
	{"attribute twice by namespace", `<a xmlns:p="u" xmlns:q="u" p:b="" q:b=""/>`, 34, xmltok.Malformed, `"q:b" appears twice`},

	// namespaces, Namespaces §3 and §5
	{"undeclared prefix", "<p:a/>", 1, xmltok.Malformed, `"p:a" is not declared`},
	{"undeclared attribute's prefix", `<a p:b=""/>`, 3, xmltok.Malformed, `"p:b" is not declared`},
	{"prefix out of scope", `<a><b xmlns:p="u"/><p:c/></a>`, 20, xmltok.Malformed, "not declared"},
	{"prefix undeclared", `<a xmlns:p=""/>`, 3, xmltok.Malformed, "bound to nothing"},
	{"xmlns declared", `<a xmlns:xmlns="u"/>`, 3, xmltok.Malformed, "xmlns cannot be declared"},
	{"xmlns declared rightly", `<a xmlns:xmlns="http://www.w3.org/2000/xmlns/"/>`, 3, xmltok.Malformed, "xmlns cannot be declared"},
	{"xml bound to another", `<a xmlns:xml="u"/>`, 3, xmltok.Malformed, "another namespace"},
	{"another bound to xml's", `<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>`, 3, xmltok.Malformed, "bound to another"},
	{"default bound to xml's", `<a xmlns="http://www.w3.org/XML/1998/namespace"/>`, 3, xmltok.Malformed, "bound to another"},
	{"another bound to xmlns's", `<a xmlns:p="http://www.w3.org/2000/xmlns/"/>`, 3, xmltok.Malformed, "cannot be bound"},
	{"default bound to xmlns's", `<a xmlns="http://www.w3.org/2000/xmlns/"/>`, 3, xmltok.Malformed, "cannot be bound"},
	{"declaration twice", `<a xmlns:p="u" xmlns:p="u"/>`, 15, xmltok.Malformed, "declared twice"},
	{"default declaration twice", `<a xmlns="u" xmlns="v"/>`, 13, xmltok.Malformed, "declared twice"},
	{"xml declared twice", `<a xmlns:xml="http://www.w3.org/XML/1998/namespace" xmlns:xml="http://www.w3.org/XML/1998/namespace"/>`, 52, xmltok.Malformed, "declared twice"},
	{"element with the prefix xmlns", "<xmlns:a/>", 1, xmltok.Malformed, "not declared"},

	// character data, §2.4
	{"]]> in text", "<a>x]]></a>", 4, xmltok.Malformed, `"]]>"`},
	{"]]]> in text", "<a>]]]></a>", 4, xmltok.Malformed, `"]]>"`},
	{"control character", "<a>\x0B</a>", 3, xmltok.Malformed, "U+000B"},
	{"NUL", "<a>x\x00y</a>", 4, xmltok.Malformed, "U+0000"},
	{"U+FFFE", "<a>\uFFFE</a>", 3, xmltok.Malformed, "U+FFFE"},
	{"U+FFFF", "<a>0123456789\uFFFF</a>", 13, xmltok.Malformed, "U+FFFE"},
	{"Latin-1", "<a>bl\xE5b\xE6r</a>", 5, xmltok.Malformed, "not UTF-8"},
	{"lone continuation", "<a>\x80</a>", 3, xmltok.Malformed, "not UTF-8"},
	{"overlong of two", "<a>\xC0\xBC</a>", 3, xmltok.Malformed, "not UTF-8"},
	{"overlong of three", "<a>\xE0\x80\xBC</a>", 3, xmltok.Malformed, "not UTF-8"},
	{"overlong of four", "<a>\xF0\x80\x80\xBC</a>", 3, xmltok.Malformed, "not UTF-8"},
	{"surrogate", "<a>\xED\xA0\x80</a>", 3, xmltok.Malformed, "not UTF-8"},
	{"surrogate pair", "<a>\xED\xA0\x80\xED\xB0\x80</a>", 3, xmltok.Malformed, "not UTF-8"},
	{"beyond U+10FFFF", "<a>\xF4\x90\x80\x80</a>", 3, xmltok.Malformed, "not UTF-8"},
	{"five bytes", "<a>\xF8\x88\x80\x80\x80</a>", 3, xmltok.Malformed, "not UTF-8"},
	{"sequence cut by markup", "<a>\xE2\x82</a>", 3, xmltok.Malformed, "not UTF-8"},
	{"sequence cut by the end", "<a>\xE2\x82", 3, xmltok.Malformed, "not UTF-8"},

	// references, §4.1
	{"lone &", "<a>x & y</a>", 5, xmltok.Malformed, "begins no reference"},
	{"& at the end", "<a>&", 4, xmltok.Malformed, "end of the document"},
	{"reference without ;", "<a>&lt</a>", 3, xmltok.Malformed, "begins no reference"},
	{"empty reference", "<a>&;</a>", 3, xmltok.Malformed, "five predefined"},
	{"unknown entity", "<a>&nbsp;</a>", 3, xmltok.Malformed, "five predefined"},
	{"entity in other case", "<a>&LT;</a>", 3, xmltok.Malformed, "five predefined"},
	{"no digits", "<a>&#;</a>", 3, xmltok.Malformed, "malformed character"},
	{"no hexadecimal digits", "<a>&#x;</a>", 3, xmltok.Malformed, "malformed character"},
	{"capital X", "<a>&#X41;</a>", 3, xmltok.Malformed, "malformed character"},
	{"hexadecimal digit in a decimal", "<a>&#1A;</a>", 3, xmltok.Malformed, "malformed character"},
	{"negative", "<a>&#-1;</a>", 3, xmltok.Malformed, "malformed character"},
	{"reference to NUL", "<a>&#0;</a>", 3, xmltok.Malformed, "not allowed"},
	{"reference to a control character", "<a>&#x1F;</a>", 3, xmltok.Malformed, "not allowed"},
	{"reference to a surrogate", "<a>&#xD800;</a>", 3, xmltok.Malformed, "not allowed"},
	{"reference to U+FFFE", "<a>&#65534;</a>", 3, xmltok.Malformed, "not allowed"},
	{"reference beyond U+10FFFF", "<a>&#x110000;</a>", 3, xmltok.Malformed, "not allowed"},
	{"reference beyond 64 bits", "<a>&#x10000000000000041;</a>", 3, xmltok.Malformed, "not allowed"},
	{"unknown entity in a value", `<a b="&nbsp;"/>`, 6, xmltok.Malformed, "five predefined"},

	// comments, CDATA sections, §2.5 and §2.7
	{"-- in a comment", "<a><!-- -- --></a>", 8, xmltok.Malformed, `"--"`},
	{"comment ends in --->", "<a><!-- ---></a>", 8, xmltok.Malformed, `"--"`},
	{"<!--->", "<a><!---></a>", 13, xmltok.Malformed, "end of the document"},
	{"comment cut", "<a><!-- -", 9, xmltok.Malformed, "end of the document"},
	{"control character in a comment", "<a><!--\x01--></a>", 7, xmltok.Malformed, "U+0001"},
	{"no UTF-8 in a comment", "<a><!--\xFF--></a>", 7, xmltok.Malformed, "not UTF-8"},
	{"comment cut in a sequence", "<a><!--\xC3", 7, xmltok.Malformed, "not UTF-8"},
	{"comment in a tag", "<a <!----> />", 3, xmltok.Malformed, "name is missing"},
	{"CDATA cut", "<a><![CDATA[x]]", 15, xmltok.Malformed, "end of the document"},
	{"CDATA in lower case", "<a><![cdata[x]]></a>", 3, xmltok.Malformed, "neither a comment nor"},
	{"space in CDATA's start", "<a><![ CDATA[x]]></a>", 3, xmltok.Malformed, "neither a comment nor"},
	{"control character in CDATA", "<a><![CDATA[\x08]]></a>", 12, xmltok.Malformed, "U+0008"},
	{"no UTF-8 in CDATA", "<a><![CDATA[\xC1\x81]]></a>", 12, xmltok.Malformed, "not UTF-8"},
	{"CDATA in CDATA", "<a><![CDATA[<![CDATA[]]>]]></a>", 24, xmltok.Malformed, `"]]>"`},

	// what is not allowed here
	{"DOCTYPE", "<!DOCTYPE a><a/>", 0, xmltok.Doctype, "document type"},
	{"DOCTYPE behind the declaration", "<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>", 22, xmltok.Doctype, "document type"},
	{"DOCTYPE within the root", "<a><!DOCTYPE a></a>", 3, xmltok.Doctype, "document type"},
	{"DOCTYPE behind the root", "<a/><!DOCTYPE a>", 4, xmltok.Doctype, "document type"},
	{"DOCTYPE in lower case", "<!doctype a><a/>", 0, xmltok.Malformed, "neither a comment nor"},
	{"entity declaration", "<a><!ENTITY b 'c'></a>", 3, xmltok.Malformed, "neither a comment nor"},
	{"processing instruction", "<?xml-stylesheet href='a'?><a/>", 0, xmltok.Instruction, "processing instructions"},
	{"processing instruction within the root", "<a><?b?></a>", 3, xmltok.Instruction, "processing instructions"},
	{"processing instruction behind the root", "<a/><?b?>", 4, xmltok.Instruction, "processing instructions"},

	// the XML declaration, §2.8 and §4.3.1
	{"declaration behind white space", " <?xml version='1.0'?><a/>", 1, xmltok.Malformed, "not at the very start"},
	{"declaration twice in a row", "<?xml version='1.0'?><?xml version='1.0'?><a/>", 21, xmltok.Malformed, "not at the very start"},
	{"declaration within the root", "<a><?xml version='1.0'?></a>", 3, xmltok.Malformed, "not at the very start"},
	{"declaration without version", "<?xml encoding='utf-8'?><a/>", 6, xmltok.Malformed, "begin with a version"},
	{"declaration empty", "<?xml ?><a/>", 6, xmltok.Malformed, "begin with a version"},
	{"declaration in capitals", "<?XML version='1.0'?><a/>", 0, xmltok.Instruction, "processing instructions"},
	{"lone & in the version", "\uFEFF<?xml version=\"&?>", 18, xmltok.Malformed, "begins no reference"},
	{"version 1.1", "<?xml version='1.1'?><a/>", 0, xmltok.Version, "version 1.0"},
	{"version 2.0", "<?xml version='2.0'?><a/>", 0, xmltok.Version, "version 1.0"},
	{"version by reference", "<?xml version='1&#46;0'?><a/>", 15, xmltok.Malformed, "reference in the XML declaration"},
	{"encoding first", "<?xml version='1.0' standalone='yes' encoding='utf-8'?><a/>", 37, xmltok.Malformed, "something else"},
	{"no space before encoding", "<?xml version='1.0'encoding='utf-8'?><a/>", 19, xmltok.Malformed, "white space"},
	{"version without =", "<?xml version '1.0'?><a/>", 14, xmltok.Malformed, `"="`},
	{"version without quotes", "<?xml version=1.0?><a/>", 14, xmltok.Malformed, "quote"},
	{"standalone maybe", "<?xml version='1.0' standalone='maybe'?><a/>", 0, xmltok.Malformed, "yes nor no"},
	{"declaration with more", "<?xml version='1.0' b='c'?><a/>", 20, xmltok.Malformed, "something else"},
	{"declaration closed by >", "<?xml version='1.0'><a/>", 19, xmltok.Malformed, "something else"},
	{"declaration cut", "<?xml version='1.0'", 19, xmltok.Malformed, "end of the document"},

	// encodings, §4.3.3 and appendix F
	{"declared ISO-8859-1", "<?xml version='1.0' encoding='ISO-8859-1'?><a/>", 0, xmltok.Encoding, "neither UTF-8"},
	{"declared UTF-7", "<?xml version='1.0' encoding='UTF-7'?><a/>", 0, xmltok.Encoding, "neither UTF-8"},
	{"declared UTF-16", "<?xml version='1.0' encoding='UTF-16'?><a/>", 0, xmltok.Encoding, "neither UTF-8"},
	{"declared empty", "<?xml version='1.0' encoding=''?><a/>", 0, xmltok.Encoding, "neither UTF-8"},
	{"declared US-ASCII, but is not", "<?xml version='1.0' encoding='US-ASCII'?><a>æ</a>", 44, xmltok.Encoding, "US-ASCII"},
	{"US-ASCII, a value is not", "<?xml version='1.0' encoding='US-ASCII'?><a b='xæ'/>", 48, xmltok.Encoding, "US-ASCII"},
	{"US-ASCII, a name is not", "<?xml version='1.0' encoding='US-ASCII'?><aæ/>", 43, xmltok.Encoding, "US-ASCII"},
	{"US-ASCII, what follows is not", "<?xml version='1.0' encoding='US-ASCII'?><a/>\n<!--æ-->", 50, xmltok.Encoding, "US-ASCII"},
	{"UTF-16 with mark, big", "\xFE\xFF\x00<\x00a\x00/\x00>", 0, xmltok.Encoding, "UTF-16"},
	{"UTF-16 with mark, little", "\xFF\xFE<\x00a\x00/\x00>\x00", 0, xmltok.Encoding, "UTF-16"},
	{"UTF-16, big", "\x00<\x00a\x00/\x00>", 0, xmltok.Encoding, "UTF-16"},
	{"UTF-16, little", "<\x00a\x00/\x00>\x00", 0, xmltok.Encoding, "UTF-16"},
	{"UTF-32 with mark, big", "\x00\x00\xFE\xFF\x00\x00\x00<", 0, xmltok.Encoding, "UTF-32"},
	{"UTF-32 with mark, little", "\xFF\xFE\x00\x00<\x00\x00\x00", 0, xmltok.Encoding, "UTF-32"},
	{"UTF-32, big", "\x00\x00\x00<\x00\x00\x00a", 0, xmltok.Encoding, "UTF-32"},
	{"UTF-32, little", "<\x00\x00\x00a\x00\x00\x00", 0, xmltok.Encoding, "UTF-32"},
	{"UTF-7", "+ADw-a/+AD4-", 0, xmltok.Encoding, "UTF-7"},
	{"UTF-7 with mark", "+/v8-+ADw-a/+AD4-", 0, xmltok.Encoding, "UTF-7"},
	{"EBCDIC", "\x4C\x6F\xA7\x94\x93", 0, xmltok.Encoding, "EBCDIC"},
}

func TestRefused(t *testing.T) {
	for _, test := range refused {
		t.Run(test.name, func(t *testing.T) {
			_, err := read(strings.NewReader(test.doc), xmltok.Limits{})
			var syntax *xmltok.SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("%q: got %v, want a SyntaxError", test.doc, err)
			}
			if syntax.Offset != test.offset || syntax.Reason != test.reason || !strings.Contains(syntax.Msg, test.msg) {
				t.Errorf("%q: got %v (%v), want byte %d, %v, …%s…", test.doc, err, syntax.Reason, test.offset, test.reason, test.msg)
			}
			_, slow := read(iotest.OneByteReader(strings.NewReader(test.doc)), xmltok.Limits{})
			if slow == nil || slow.Error() != err.Error() {
				t.Errorf("%q byte by byte: got %v, want %v", test.doc, slow, err)
			}
		})
	}
}
