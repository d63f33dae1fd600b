package session

import (
	"regexp"
	"strings"
	"sync"
)

// classify says what a negative reply means. step is the Error's Step, code
// the reply code (RFC 959 §4.2, RFC 4217 §10, RFC 2428), text the server's
// words without it. It never fails: what no rule knows follows its code.
func classify(step string, code int, text string) Kind {
	c := causeOf(step, code, text)
	if c == causeDataTLS && code/100 == 4 {
		return Network // a handshake that broke off is tried again; RFC 959 calls 4xx transient
	}
	return kinds[c]
}

// causeOf finds the cause of a negative reply: the first rule whose code,
// step and words fit, else what the code alone says.
func causeOf(step string, code int, text string) cause {
	if code < 100 || code > 599 {
		return causeNotFTP
	}
	text = plainWords(text)
	for _, r := range rules {
		if r.fits(step, code, text) {
			return r.cause
		}
	}
	if c, ok := codes[code]; ok {
		return c
	}
	switch {
	case code < 400:
		return causeOrder
	case code < 500:
		return causeServer
	}
	return causeDenied
}

// plainWords is a server's text as the rules want it: one line, lower case,
// typographic apostrophes and runs of blanks made plain.
func plainWords(text string) string {
	if len(text) > maxWords {
		text = text[:maxWords]
	}
	text = strings.ReplaceAll(strings.ToLower(text), "’", "'")
	return strings.Join(strings.Fields(text), " ")
}

// maxWords is how much of a reply is looked at; the telling part of a long
// multi-line reply is never later.
const maxWords = 2048

// rule is a line of the table: an empty field fits everything.
type rule struct {
	codes string // "421 530" or classes "4 5"
	steps string // "greeting login"
	words phrases
	cause cause
}

func (r rule) fits(step string, code int, text string) bool {
	return (r.codes == "" || hasCode(r.codes, code)) &&
		(r.steps == "" || hasWord(r.steps, step)) &&
		(r.words == nil || r.words().MatchString(text))
}

func hasCode(codes string, code int) bool {
	for c := range strings.FieldsSeq(codes) {
		n := 0
		for _, d := range c {
			n = n*10 + int(d-'0')
		}
		if n == code || n == code/100 {
			return true
		}
	}
	return false
}

func hasWord(words, word string) bool {
	for w := range strings.FieldsSeq(words) {
		if w == word {
			return true
		}
	}
	return false
}

// phrases is a pattern that is compiled when it is first needed, which for
// most is never: all of them take 4 ms of the program's start.
type phrases func() *regexp.Regexp

// words makes one pattern of phrases; a phrase may be a regular expression.
// RE2 matches in linear time whatever a server sends.
func words(all ...string) phrases {
	return sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile("(?:" + strings.Join(all, "|") + ")")
	})
}

// Phrases that several rules share.
var (
	tooManyWords = words(`too many`, `maximum (?:number|allowed|login|session|connection|client)`, `max(?:imum)?[ .a-z]*(?:reached|exceeded)`, `number of connect`,
		`no more (?:connection|user|client|login)`, `more connection`, `more than [0-9]+ (?:connection|session|login)`, `as the same user`, `already connected`, `users? .*already logged`, `simultaneous`,
		`only [0-9a-z]* ?(?:session|connection)s? .*allow`, `(?:session|connection|client|login|user)s? limit`, `[0-9]+ (?:session|connection|client|login|user)s? (?:are )?allowed`, `is restricted to`,
		`limit (?:reached|exceeded)`, `(?:reached|exceeded|over)[ a-z]* (?:limit|maximum)`, `server (?:is )?full`, `connections? per (?:ip|host|user)`, `concurrent`)
	laterWords = words(`overload`, `try (?:again )?(?:back )?later`, `try again`, `come back`, `(?:server|service) (?:is )?(?:too )?busy`, `temporarily`,
		`shutting down`, `going down`, `shutdown`, `maintenance`, `service (?:is )?(?:not available|unavailable)`, `resource[s]? (?:temporarily )?unavailable`)
	needTLSWords = words(`must use (?:encryption|tls|ssl|ftps|a secure)`, `use (?:explicit )?(?:ftp over tls|auth tls|auth ssl|tls|ssl|ftps)`, `cleartext`, `clear text`, `plain(?:text)? ?ftp`, `unencrypted`,
		`(?:ssl|tls)(?:/tls)? (?:is )?(?:required|needed)`, `requires? (?:ssl|tls|a secure|encrypt|secure|explicit)`, `(?:secure|encrypted) (?:connection|session|channel)s? (?:is |are )?(?:required|only)`,
		`policy requires ssl`, `insecure`, `not secure`, `use secure`, `secure access`, `ssl/tls required`, `auth (?:tls|ssl) (?:first|required)`, `encryption (?:is )?required`)
	notFoundWords = words(`no such`, `not found`, `cannot find`, `can't find`, `could ?n[o']t find`, `unable to find`, `does ?n[o']t exist`, `doesn't exist`, `non-?exist`, `not exist`,
		`no data ?sets? found`, `nicht finden`, `nicht gefunden`, `existiert nicht`, `introuvable`, `n'existe pas`, `no (?:se )?(?:existe|encuentra)`, `não existe`, `не найден`, `не удается найти`, `(?:file|directory|folder|is) missing`)
	deniedWords = words(`permission\b`, `n[o'].* permissions`, `denied`, `not allowed`, `not permitted`, `forbidden`, `prohibited`, `not authori[sz]ed`, `unauthori[sz]ed`, `no (?:access|rights?|privileges?)`, `insufficient`,
		`privilege`, `access is`, `verweigert`, `refusé`, `denegado`, `negado`, `отказано`, `owner`)
	spaceWords = words(`no space`, `no free space`, `disk(?:spac)?e? (?:is )?full`, `disc full`, `out of (?:disk )?space`, `not enough (?:disk |free )?space`, `insufficient (?:disk |storage|space|system)`, `volume (?:is )?full`, `device full`, `file system (?:is )?full`, `disk space`)
	quotaWords = words(`quota`, `storage allocation`, `storage limit`, `over ?quota`)
)

// rules is the table. Order matters: what a text says outweighs the code it
// came with, since servers choose codes freely; the narrower rule is first.
var rules = []rule{
	// Login and limits. ProFTPD says 530 for "maximum number of clients", the
	// code of a bad password; only the words tell them apart.
	{"4 5", "greeting login auth tls", words(`banned`, `blacklist`, `black-list`, `blocked`, `not allowed from your`, `host .*denied`, `(?:ip|address|host)[ a-z0-9.:]*(?:not (?:allowed|permitted|authori[sz]ed)|denied|refused)`, `connection refused`, `access from`), causeBanned},
	{"4 5", "greeting login", needTLSWords, causeNeedTLS},
	{"421 450 530 550 534 500 502 503", "auth tls", tooManyWords, causeTooMany},
	{"421 425 426 430 434 450 451 500 501 503 530 550 553", "", words(`too many (?:open )?files`), causeServer},
	{"4 5", "", words(`too many (?:failed|wrong|incorrect|invalid|bad|unsuccessful|login attempt|login failure|authentication|password)`, `maximum (?:number of )?(?:failed )?login (?:attempt|tries|failure)`, `(?:login|authentication) (?:attempts|failures|tries)`), causeBanned},
	{"421 430 450 500 501 503 530 532 550", "greeting login", tooManyWords, causeTooMany},
	{"421 530", "", tooManyWords, causeTooMany},
	{"421", "", words(`cleartext`, `ssl/tls`), causeNeedTLS},
	{"421", "", words(`puredb`, `startup error`, `configuration`), causeServer},
	{"427", "", nil, causeHandshake}, // RFC 2228 has no such code; ProFTPD's mod_tls does
	{"421", "", words(`time ?-?d? ?out`, `timeout`, `idle`, `inactiv`, `no transfer`, `no activity`, `too slow`, `faster`, `disconnecting`, `no[- ]operation`), causeIdle},
	{"4 5", "greeting", laterWords, causeLater},
	{"530 550 500 501 503 553", "login", words(`overload`, `try (?:again )?(?:back )?later`, `temporarily`, `shut ?(?:ting )?down`, `maintenance`), causeLater},
	{"530", "", words(`overload`, `try (?:again )?(?:back )?later`), causeLater},
	{"4 5", "login", words(`home dir`, `home folder`, `user root directory`, `inside chroot`, `chdir`, `change directory`, `inaccessible`, `unable to set`), causeHome},
	{"500", "", words(`oops`, `child died`), causeServer},
	{"5", "login", words(`anonymous[ a-z]* only`, `only[ a-z]* anonymous`), causeAnonymous},
	{"5", "login", words(`anonymous`), causeNoAnonymous},
	{"530 550", "login", words(`^permission denied`, `^access denied\b[. ]*$`, `not (?:allowed|permitted) to log`), causeBarred},
	{"4 5", "login", words(`expired`, `disabled`, `locked`, `suspended`, `deactivated`, `inactive`, `not activated`, `revoked`), causeExpired},
	{"332 532 530 503", "login", words(`account (?:is )?(?:required|needed|for)`, `need account`), causeAccount},
	{"5 4", "login auth tls prot", words(`client certificate`, `peer did not return`, `certificate (?:is )?required`), causeClientCert},

	// TLS. RFC 4217 gives codes; servers give 425, 426, 450, 522 and 550 too.
	{"500 501 502 503 504 530 534 550 431 421 533", "auth tls", nil, causeNoTLS},
	{"431 536 534", "", words(`clear`, `not supported`, `private`), causeNoProt},
	{"4 5", "", words(`session re-?use`, `(?:tls|ssl).*(?:resum|re-?us)`, `(?:resum|re-?us).*(?:tls|ssl) session`, `session .*not (?:been )?resumed`), causeReuse},
	{"521 522 533 534 536 550 425 431 503", "", words(`prot (?:p|setting|level)`, `data channel`, `data connection cannot be opened with this`, `protected data`, `protection level`), causeNeedProt},
	{"550 530 534 421 503", "", needTLSWords, causeNeedTLS},
	{"522", "", words(`protocol not supp`, `network protocol`, `bad network`, `unsupported`, `use \(`), causePort},
	{"425 426 450 451 522 435 550", "", words(`\bssl\b`, `\btls\b`, `ssl_`, `handshake`, `secure (?:data )?(?:connection|channel|session)`, `secure the`), causeDataTLS},

	// The data connection.
	{"5", "", words(`\b(?:pasv|epsv|passive)\b.*(?:not |un)(?:available|implemented|understood|supported|recogni[sz]ed|allowed|known)`, `unknown command[: '"]*(?:pasv|epsv)`), causeNoPassive},
	{"425 450 451", "", words(`transferr?ing data`, `link to file server lost`), causeAborted},
	{"4 5", "", words(`address already in use`, `no (?:free |available |more )?(?:passive |data )?ports?`, `ports? (?:range )?(?:is |are )?(?:exhausted|in use)`, `vsf_sysutil_bind`, `can ?n[o']?t (?:bind|create (?:data |passive )?socket|open passive|assign)`, `can't open passive`), causeDataPorts},
	{"425 426 500 501 503 504", "", words(`bad ip`, `foreign address`, `address mismatch`, `different (?:ip|host|address)`, `(?:ip|address)[ a-z]*(?:not match|mismatch|does not match|doesn't match)`, `possible port theft`, `theft`, `must be (?:from|on|the)[ a-z]*(?:ip|host|address)`, `unauthori[sz]ed (?:ip|connection)`, `security: `, `bounce`), causeDataIP},
	{"500 501 502 504 425", "", words(`illegal (?:port|eprt)`, `(?:port|eprt) command`, `won't open a connection`, `\b(?:port|eprt)\b.*not (?:implemented|understood|supported)`, `invalid port`, `active mode`), causePort},

	{"451", "", words(`data connection`, `network stream`, `data channel`), causeAborted},

	// Space before rights: "insufficient disk space" has a word of both.
	{"4 5", "", spaceWords, causeNoSpace},
	{"4 5", "", quotaWords, causeQuota},
	{"4 5", "", words(`file (?:is )?too (?:large|big)`, `file size limit`, `exceeds[ a-z]* (?:size|limit)`, `maximum (?:file )?size`), causeTooLarge},

	// Files and folders. Many servers pass on their system's error text.
	{"550", "", words(`file not found, no access`), causeVague},
	{"501 550 553", "", words(`specification syntax`, `qualifier .*too long`, `naming conventions`, `not allowed in [a-z ]*name`, `the parameter is incorrect`), causeName},
	{"550 501 504", "", words(`whole partitioned`), causeIsDir},
	{"551", "", words(`not available`), causeNotFound},
	{"550", "rmdir", words(`operation failed`, `^could not remove`, `^failed to remove`), causeVagueRemove},
	{"550", "mkdir", words(`operation failed`, `^could not create`, `^failed to create`), causeVagueMake},
	{"450 550 553 521 552 451 501 500", "rmdir delete", words(`not empty`, `nicht leer`, `n'est pas vide`, `no está vac`), causeNotEmpty},
	{"450 550 553 521 551 552", "", words(`(?:directory|folder)[^:]* (?:is )?not empty`), causeNotEmpty},
	{"550 553 450", "", words(`overwrit`, `append/restart not permitted`, `can't be overwritten`), causeNoReplace},
	{"451 550 501 504 554 450 500", "", words(`append/restart`, `restart not`, `invalid rest`, `rest (?:parameter|offset|not)`, `resume not`, `restart marker`, `restart offset`), causeNoResume},
	{"5 450 451", "", words(`read-?only`, `write[- ]protected`, `erofs`, `schreibgeschützt`), causeReadOnly},
	{"5 450 451", "", words(`sharing violation`, `being used`, `in use`, `is locked`, `file (?:is )?(?:busy|unavailable)`, `text file busy`, `resource busy`, `device or resource busy`, `can't access file`, `another process`), causeInUse},
	{"521 550 553 501 450 451 500 502", "", words(`already exist`, `file exists`, `directory exists`, `exists already`, `existiert bereits`, `existe déjà`, `ya existe`, `when that file already`), causeExists},
	{"521", "mkdir", nil, causeExists},
	{"5 450 451", "", words(`is a (?:directory|folder)`, `not a (?:regular|plain) file`, `is not a file`, `not a regular`, `is not retrievable`, `i can only retrieve regular`), causeIsDir},
	{"5 450 451", "", words(`not a (?:directory|folder)`, `is not a dir`, `invalid director`), causeNotDir},
	{"5 450 451", "", words(`(?:illegal|invalid|bad|forbidden|prohibited|unacceptable) (?:file ?name|name|path|character|dir)`, `(?:file ?name|name|path) (?:is )?(?:too long|not allowed|invalid|illegal|prohibited|forbidden|incorrect)`, `name too long`, `prohibited file name`, `illegal seek`, `syntax is incorrect`, `reserved name`, `path-?filter`, `forbidden filename`), causeName},
	{"550 551 552 553 554 501 504 521 450 451", "", notFoundWords, causeNotFound},
	{"550 551 553 450 451 552 501 500 502 503 504 521 530 532", "list size time retrieve store mkdir rmdir delete rename chmod digest stat cwd raw", deniedWords, causeDenied},
	{"450 550 551 553", "", deniedWords, causeDenied},
	{"550 450 451", "size stat time cwd list", nil, causeNotFound},
	{"550 553 551", "", words(`failed to open`, `could not (?:create|open)`, `can't open`, `cannot open`, `unable to open`, `failed to`, `operation failed`, `could not`), causeVague},
	{"550 553 530 501 500 503", "login", nil, causeLogin},

	// The rest of what 500 is used for.
	{"500 421 550", "", words(`internal`, `fork`, `out of memory`, `cannot allocate`), causeServer},
	{"5", "", words(`not (?:implemented|supported|understood|recogni[sz]ed|available)`, `unknown command`, `unsupported`, `unrecogni[sz]ed`, `disabled`, `not enabled`, `command not`, `invalid command`, `what\?`, `unknown site`), causeUnavailable},
	{"503", "", words(`log ?in`, `user (?:first|command)`, `login with`), causeNotLoggedIn},
	{"530", "", words(`(?:please )?log ?in with user`, `not logged in`, `please log ?in`, `must (?:first )?log ?in`), causeNotLoggedIn},
}

// codes says what a code means when its words say nothing.
var codes = map[int]cause{
	332: causeAccount,
	421: causeLater, 425: causeData, 426: causeAborted, 430: causeLogin, 431: causeNoTLS, 434: causeLater,
	450: causeInUse, 451: causeServer, 452: causeNoSpace,
	500: causeUnavailable, 501: causeArgument, 502: causeUnavailable, 503: causeOrder, 504: causeUnavailable,
	521: causeNeedProt, 522: causeDataTLS, 530: causeLogin, 532: causeAccount, 533: causeNeedProt, 534: causeNeedTLS,
	535: causeDataTLS, 536: causeNoProt, 537: causeNoProt,
	550: causeVague, 551: causeVague, 552: causeQuota, 553: causeName, 554: causeNoResume, 555: causeUnavailable,
}
