package transfer

import "time"

// verdict is what happens to a file whose target may exist.
type verdict uint8

const (
	put       verdict = iota // write it, over what is there
	goOn                     // from the target's end, if that is a beginning of the source
	elsewhere                // under a free name
	skip
	refuse
	inquire
)

// slackOf is how far two times may differ and still be the same: FAT keeps
// two seconds, LIST gives minutes (field experience: one minute).
func slackOf(exact bool) time.Duration {
	if exact {
		return 2 * time.Second
	}
	return time.Minute
}

// decide says what to do with source when target is there, and why if that is
// nothing. A condition that cannot be told, for a size or time is not known,
// is a question: nothing is overwritten on a guess.
func decide(policy Exists, source, target sight) (verdict, string) {
	switch {
	case !target.exists:
		return put, ""
	case target.folder:
		return refuse, "a folder of that name is there"
	}
	newer, known := isNewer(source, target)
	sizes := source.size >= 0 && target.size >= 0
	differs := sizes && source.size != target.size
	switch policy {
	case Overwrite:
		return put, ""
	case Newer:
		return when(newer, known, "the target is not older")
	case SizeDiffers:
		return when(differs, sizes, "the target has the same size")
	case NewerOrSize:
		return when(newer || differs, newer || differs || known && sizes, "the target is not older and has the same size")
	case Resume:
		return decideResume(source, target, sizes)
	case Rename:
		return elsewhere, ""
	case Skip:
		return skip, "the target exists"
	case Fail:
		return refuse, "the target exists"
	}
	return inquire, ""
}

// decideResume: a target that is whole is left, a shorter one gone on from,
// and a longer one is not a beginning of the source.
func decideResume(source, target sight, sizes bool) (verdict, string) {
	switch {
	case !sizes || target.size > source.size:
		return inquire, ""
	case target.size == source.size:
		return skip, "the target is as long as the source"
	}
	return goOn, ""
}

func when(holds, known bool, why string) (verdict, string) {
	switch {
	case !known:
		return inquire, ""
	case holds:
		return put, ""
	}
	return skip, why
}

func isNewer(source, target sight) (newer, known bool) {
	if source.time.IsZero() || target.time.IsZero() {
		return false, false
	}
	return source.time.Sub(target.time) > slackOf(source.exact && target.exact), true
}
