package main

import (
	"fmt"
	"strings"
	"time"

	"longshore/transfer/ftptest"
)

// mishaps are what goes wrong with bad networks and bad servers.
func mishaps(chance float64) []ftptest.Fault {
	const moves = "STOR,APPE,RETR"
	const spread = 200_000
	all := []ftptest.Fault{
		{Do: ftptest.Say, On: "GREETING", Text: "421 There are too many connections from your internet address."},
		{Do: ftptest.Say, On: moves, Text: "450 File is busy, try again."},
		{Do: ftptest.Say, On: moves, Text: "425 Cannot open data connection."},
		{Do: ftptest.Say, On: "CWD,SIZE", Text: "421 Idle for too long."},
		{Do: ftptest.Silence, On: moves + ",SIZE,CWD,MLSD,LIST"},
		{Do: ftptest.SilenceAfter, On: moves},
		{Do: ftptest.Late, On: moves, Delay: 300 * time.Millisecond},
		{Do: ftptest.DropBefore, On: moves + ",SIZE"},
		{Do: ftptest.DropInstead, On: moves + ",MFMT,MDTM,MKD", Hard: true},
		{Do: ftptest.DropAfter, On: moves},
		{Do: ftptest.Trickle, On: moves + ",SIZE", Delay: time.Millisecond},
		{Do: ftptest.StallData, On: moves, Spread: spread},
		{Do: ftptest.ResetData, On: moves, Spread: spread},
		{Do: ftptest.ResetData, On: "STOR,APPE", Spread: spread, Text: "226 Transfer complete."},
		{Do: ftptest.FinishData, On: moves, Spread: spread, Text: "426 Connection closed; transfer aborted."},
		{Do: ftptest.FinishData, On: moves, Spread: spread}, // and a lying 226
		{Do: ftptest.CutData, On: moves, Spread: spread},    // and a lying 226
		{Do: ftptest.LoseData, On: "STOR,APPE", Spread: spread},
		{Do: ftptest.DropControl, Spread: spread},
		{Do: ftptest.DropControl, Spread: spread, Hard: true},
		{Do: ftptest.DeadPort, On: "EPSV,PASV"},
		{Do: ftptest.Say, On: "EPSV", Text: "500 Unknown command."},
	}
	for i := range all {
		all[i].Chance = chance
	}
	return all
}

// faultTable is the Markdown table of one direction.
func faultTable(up bool, all []clumsy, bouts []bout, results []outcome) string {
	var b strings.Builder
	head := false
	for _, c := range all {
		var sum outcome
		zero, n := 0, 0
		for i, one := range bouts {
			if one.client.name != c.name || one.up != up {
				continue
			}
			r := results[i]
			sum.files += r.files
			sum.identical += r.identical
			sum.lied += r.lied
			sum.struck += r.struck
			sum.wall += r.wall
			n++
			if r.zero {
				zero++
			}
		}
		if !head {
			head = true
			fmt.Fprintf(&b, "\n**%d files %s, %d seeds**\n\n| client | identical | missing or cut | reported done but wrong | faults met | runs that ended well | wall s |\n|---|---|---|---|---|---|---|\n",
				sum.files, way(up), n)
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %d of %d | %.0f |\n", c.name, sum.identical, sum.files-sum.identical,
			sum.lied, sum.struck, zero, n, sum.wall.Seconds())
	}
	return b.String()
}
