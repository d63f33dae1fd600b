package session

import "longshore/transfer/wire"

func refusalOf(step string, r wire.Reply) error { return &wire.ReplyError{Step: step, Reply: r} }
