package sites

import "testing"

// fuzzReader fuzzes one importer without the test for its format before it.
func fuzzReader(f *testing.F, read func([]byte, importOptions) ([]ImportedSite, error), file string) {
	f.Add(sample(f, file))
	f.Fuzz(func(t *testing.T, data []byte) {
		found, err := read(data, importOptions{master: "masterpw"})
		if err != nil {
			return
		}
		var in Imported
		for _, s := range found {
			s.finish()
			in.Sites = append(in.Sites, s)
		}
		checkImported(t, in)
	})
}

func FuzzFileZilla(f *testing.F) { fuzzReader(f, readFileZilla, "filezilla-3.63-sitemanager.xml") }
func FuzzCyberduck(f *testing.F) { fuzzReader(f, readCyberduck, "cyberduck-acme.duck") }
func FuzzNcFTP(f *testing.F)     { fuzzReader(f, readNcFTP, "ncftp-3.2.6-bookmarks") }
func FuzzWinSCP(f *testing.F)    { fuzzReader(f, readWinSCP, "winscp-6-WinSCP.ini") }
func FuzzRclone(f *testing.F)    { fuzzReader(f, readRclone, "rclone-1.60-rclone.conf") }
func FuzzGFTP(f *testing.F)      { fuzzReader(f, readGFTP, "gftp-2.9.1-bookmarks") }
func FuzzNetrc(f *testing.F)     { fuzzReader(f, readNetrc, "netrc") }
func FuzzLftp(f *testing.F)      { fuzzReader(f, readLftp, "lftp-4.9.2-bookmarks") }
