package listing

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// monthOf gives 1 to 12, 0 for a word that is no month, and -1 for one that
// means different months in different languages.
func monthOf(b []byte) int {
	if m := english(b); m != 0 {
		return m
	}
	if len(b) < 3 || len(b) > 24 {
		return 0
	}
	if n := digits(b); n > 0 {
		return numbered(b, n)
	}
	word := strings.TrimRight(string(b), ".,")
	if !utf8.ValidString(word) {
		word = latin1(word)
	}
	return monthWords()[strings.ToLower(word)]
}

// english is the fast way for what nearly every server sends.
func english(b []byte) int {
	if len(b) != 3 {
		return 0
	}
	switch [3]byte{b[0] | 0x20, b[1] | 0x20, b[2] | 0x20} {
	case [3]byte{'j', 'a', 'n'}:
		return 1
	case [3]byte{'f', 'e', 'b'}:
		return 2
	case [3]byte{'m', 'a', 'r'}:
		return 3
	case [3]byte{'a', 'p', 'r'}:
		return 4
	case [3]byte{'m', 'a', 'y'}:
		return 5
	case [3]byte{'j', 'u', 'n'}:
		return 6
	case [3]byte{'j', 'u', 'l'}:
		return 7
	case [3]byte{'a', 'u', 'g'}:
		return 8
	case [3]byte{'s', 'e', 'p'}:
		return 9
	case [3]byte{'o', 'c', 't'}:
		return 10
	case [3]byte{'n', 'o', 'v'}:
		return 11
	case [3]byte{'d', 'e', 'c'}:
		return 12
	}
	return 0
}

// numbered reads "12月" and "12월", as ls prints months in East Asia, in UTF-8,
// Shift JIS, EUC-JP and GBK.
func numbered(b []byte, n int) int {
	switch string(b[n:]) {
	case "月", "월", "\x8c\x8e", "\xb7\xee", "\xd4\xc2":
		if m := small(b[:n]); m >= 1 && m <= 12 {
			return m
		}
	}
	return 0
}

// latin1 is for servers of the time before UTF-8: "M\xe4r", "ao\xfbt".
func latin1(s string) string {
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}

// languages lists the abbreviations of glibc's and BSD's locales, January
// first; "/" separates forms. A form that names two different months in two
// languages (Polish and Croatian "lip") is treated as unknown.
var languages = [...]string{
	"januar/jän/jänner februar mär/mrz/märz april mai juni juli august sept okt november dez",                          // German; English in full
	"january february march april may june july august september october november december",                            // English
	"janv/jan févr/fév/fevr/fev mars avr/avril mai juin juil/juillet août/aoû/aout/aou sept/septembre oct nov déc/dec", // French
	"ene/enero feb/febrero mar/marzo abr/abril may/mayo jun/junio jul/julio ago/agosto sep/sept oct nov dic",           // Spanish
	"gen feb mar apr mag giu lug ago set ott nov dic",                                                                  // Italian
	"jan fev mar abr mai jun jul ago set out nov dez",                                                                  // Portuguese
	"gen febr/feb març/mar abr maig/mai juny/jun jul ago set oct nov des",                                              // Catalan
	"jan feb mrt apr mei jun jul aug sep okt nov dec",                                                                  // Dutch
	"jan feb mar/mars apr maj jun/juni jul/juli aug sep okt nov dec",                                                   // Swedish, Danish
	"jan feb mars april/apr mai juni/jun juli/jul aug sep okt nov des",                                                 // Norwegian
	"tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu",                                             // Finnish
	"jaan veebr märts aprill mai juuni juuli aug sept okt nov dets",                                                    // Estonian
	"sty lut mar kwi maj cze lip sie wrz paź lis gru",                                                                  // Polish
	"led úno bře dub kvě čen/čer čec srp zář říj lis pro",                                                              // Czech
	"jan feb mar apr máj jún júl aug sep okt nov dec",                                                                  // Slovak
	"jan febr márc ápr máj jún júl aug szept okt nov dec",                                                              // Hungarian
	"sij velj/vel ožu tra svi lip srp kol ruj lis stu pro",                                                             // Croatian
	"jan feb mar apr maj jun jul avg sep okt nov dec",                                                                  // Slovene, Serbian
	"ian feb mar apr mai iun iul aug sep/sept oct noi/nov dec",                                                         // Romanian
	"oca şub mar nis may haz tem ağu eyl eki kas ara",                                                                  // Turkish
	"sau vas kov bal geg bir lie rgp rgs spa lap gru",                                                                  // Lithuanian
	"янв фев мар апр май/мая июн июл авг сен/сент окт ноя дек",                                                         // Russian
	"січ лют бер кві тра чер лип сер вер жов лис гру",                                                                  // Ukrainian
	"яну фев мар апр май юни юли авг сеп окт ное дек",                                                                  // Bulgarian
	"ιαν φεβ μάρ/μαρ απρ μάι/μαΐ ιούν/ιουν ιούλ/ιουλ αύγ/αυγ σεπ/σεπτ οκτ νοέ/νοε δεκ",                                 // Greek
}

var monthWords = sync.OnceValue(func() map[string]int {
	words := map[string]int{}
	for _, language := range languages {
		for i, forms := range strings.Fields(language) {
			for form := range strings.SplitSeq(forms, "/") {
				if known, ok := words[form]; ok && known != i+1 {
					words[form] = -1
				} else {
					words[form] = i + 1
				}
			}
		}
	}
	return words
})
