package model

import (
	"longshore/transfer"
)

// fromQueue keeps the questions in step with the queue's items: one sheet for
// all files of a server that exist, one question of each other kind a server.
func (q *Questions) fromQueue(d transfer.Delta) {
	for i := range d.Items {
		item := &d.Items[i]
		if item.State == transfer.Asking && item.Question != nil {
			q.fromItem(item)
		}
	}
	q.forgetAnswered()
}

func (q *Questions) fromItem(item *transfer.Item) {
	ask := item.Question
	var x *Question
	switch ask.Kind {
	case transfer.AskExists:
		x = q.sheet(item)
	case transfer.AskCertificate:
		if ask.Certificate == nil {
			return
		}
		x = q.server(AskCertificate, item.Target, ask.Certificate, "")
	case transfer.AskPlain:
		x = q.server(AskPlain, item.Target, nil, "")
	case transfer.AskDowngrade:
		x = q.server(AskDowngrade, item.Target, nil, "")
	default:
		x = q.server(AskPassword, item.Target, nil, ask.Text)
	}
	if x.ids == nil {
		x.ids = map[transfer.QuestionID]bool{}
		// A question about work elsewhere waits in the strip.
		if t := q.app.Tab(); t != nil && t.Target.Key() != item.Target.Key() && x.tab == nil {
			x.Deferred = true
		}
	}
	if !x.ids[ask.ID] {
		if len(x.ids) == 0 && x.tab == nil && x.About == AskPassword && ask.Text == "" && x.locked == "" {
			q.behindLock(x)
		}
		x.ids[ask.ID] = true
		if x.About == AskPassword && ask.Text != "" {
			q.refused(item.Target)
		}
		q.app.touch(PartQuestion)
	}
	q.app.QueueView.asked[ask.ID] = q.app.QueueView.byID[item.ID]
}

// forgetAnswered drops what no item asks any more: answered elsewhere,
// cancelled, or gone.
func (q *Questions) forgetAnswered() {
	view := q.app.QueueView
	for id, t := range view.asked {
		if t == nil || t.gone || t.State != transfer.Asking || t.Question == nil || t.Question.ID != id {
			delete(view.asked, id)
			q.forget(id)
		}
	}
}

func (q *Questions) forget(id transfer.QuestionID) {
	for _, x := range q.list {
		if !x.ids[id] {
			continue
		}
		delete(x.ids, id)
		if x.Sheet != nil {
			x.Sheet.remove(id)
		}
		if len(x.ids) == 0 && x.tab == nil {
			q.drop(x)
		}
		q.app.touch(PartQuestion)
		return
	}
}

// sheet is the one question about files that exist at a server, for one
// direction.
func (q *Questions) sheet(item *transfer.Item) *Question {
	for _, x := range q.list {
		if x.Sheet != nil && x.Sheet.direction == item.Direction && x.target.Key() == item.Target.Key() {
			x.Sheet.put(item)
			return x
		}
	}
	x := &Question{About: AskExists, Title: wordExistsTitle, CheckBox: wordExistsLater, target: item.Target}
	x.Sheet = newSheet(item.Direction, item.Target)
	x.Sheet.put(item)
	x.Choices = []Choice{
		{Label: wordExistsCancel, Role: Danger, Do: func(Reply) { q.cancelSheet(x) }},
		{Label: wordLater, Role: Decline},
		{Label: wordGoOn, Role: Default, Do: func(r Reply) { q.answerSheet(x, r) }},
	}
	return q.add(x)
}

// cancelSheet takes the transfers out of the queue; no file is touched.
func (q *Questions) cancelSheet(x *Question) {
	var ids []transfer.ItemID
	for _, g := range x.Sheet.groups {
		for _, c := range g.cases {
			ids = append(ids, c.item)
		}
	}
	q.app.deps.Queue.Cancel(ids...)
}

func (q *Questions) answerSheet(x *Question, r Reply) {
	rule, one := x.Sheet.rule(r.Choices)
	for i, g := range x.Sheet.Groups() {
		choice := g.Suggested
		if i < len(r.Choices) {
			choice = r.Choices[i]
		}
		for _, c := range g.cases {
			answer := transfer.Answer{Exists: choice}
			if r.Check && one {
				answer = transfer.Answer{Exists: rule, All: true}
			}
			_ = q.app.deps.Queue.Answer(c.question, answer) // an old one is refused, rightly
		}
	}
}
