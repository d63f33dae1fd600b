package sites

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"

	"longshore/transfer/session"
)

// golden is a row of testdata/import/expected.json, which was made apart from
// this program from files that the real ones wrote.
type golden struct {
	Name      string     `json:"name"`
	Folder    []string   `json:"folder"`
	Host      string     `json:"host"`
	Port      int        `json:"port"`
	Protocol  string     `json:"protocol"`
	Logon     string     `json:"logon"`
	User      string     `json:"user"`
	Password  string     `json:"password"`
	Account   string     `json:"account"`
	RemoteDir string     `json:"remote_dir"`
	LocalDir  string     `json:"local_dir"`
	Charset   string     `json:"charset"`
	Mode      string     `json:"mode"`
	ServerTZ  string     `json:"server_tz"`
	Adjust    int        `json:"time_adjust_min"`
	Max       int        `json:"max_connections"`
	Comment   string     `json:"comment"`
	Colour    string     `json:"colour"`
	Bookmarks []Bookmark `json:"bookmarks"`
	Skipped   string     `json:"skipped"`
}

func goldenOf(s ImportedSite) golden {
	g := golden{s.Site.Name, s.Site.Folder, s.Site.Host, s.Site.Port, string(s.Site.Security), string(s.Site.Logon),
		s.Site.User, s.Password, s.Site.Account, s.Site.RemoteDir, s.Site.LocalDir, s.Site.Charset, string(s.Site.Data),
		s.Site.ServerTZ, s.Site.TimeAdjust, s.Site.MaxSessions, s.Site.Comment, s.Site.Colour, s.Site.Bookmarks, s.Skipped}
	if g.Skipped == "" {
		g.Port = s.Site.TargetOf().PortOrDefault()
	}
	return g
}

// ours turns what the golden file says into what a Site says: automatic mode
// is passive, and an anonymous user has no name.
func (g golden) ours() golden {
	if g.Mode == "passive" {
		g.Mode = ""
	}
	if g.Logon == "anonymous" {
		g.User = ""
	}
	return g
}

func TestImportGolden(t *testing.T) {
	data, err := os.ReadFile("testdata/import/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var expected map[string][]golden
	if err := json.Unmarshal(data, &expected); err != nil {
		t.Fatal(err)
	}
	for file, want := range expected {
		t.Run(file, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("testdata/import", file))
			if err != nil {
				t.Fatal(err)
			}
			in, err := Import(file, data)
			if err != nil {
				t.Fatal(err)
			}
			if len(in.Sites) != len(want) {
				t.Fatalf("%d sites, want %d: %+v", len(in.Sites), len(want), in.Sites)
			}
			for i, w := range want {
				w, g := w.ours(), goldenOf(in.Sites[i])
				if in.NeedsMaster { // the sample's is not known; TestImportMasterPassword has one that is
					w.Password, w.Logon = "", "ask"
				}
				if w.Skipped != "" {
					if !strings.Contains(g.Skipped, w.Skipped) {
						t.Errorf("skipped because %q, want %q", g.Skipped, w.Skipped)
					}
					w.Skipped, w.Logon, g.Skipped, g.Logon = "", "", "", "" // a Site has no logon by key
				}
				if !reflect.DeepEqual(g, w) {
					t.Errorf("got  %+v\nwant %+v", g, w)
				}
			}
		})
	}
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata/import", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The key and the text were made by libfilezilla 0.41 for this master password.
func TestImportMasterPassword(t *testing.T) {
	const file = `<FileZilla3><Servers><Server><Host>h.example</Host><Protocol>4</Protocol><User>deploy</User><Logontype>1</Logontype>
<Pass encoding="crypt" pubkey="a7Y/Bcry0z/dwblEwbw6REKWMZWTGXuF4xTYQBGm+EwBCA8WHSQrMjlAR05VXGNqcXh/ho2Um6KpsLe+xczT2g==">
CteC3qU8fHTPi7eOSf/UH9q+L7rEZdZqwPuvOIfTIUAYCF0XklKy+3xYiPERd6bw0XCi8XB5R89Zl5ydifkMKsjs5y+3RyQXq5QafhVuSHOHbDMq9wwjjaBrd0ZABsD5
</Pass></Server></Servers></FileZilla3>`
	in, err := ImportWithMaster("x", []byte(file), "mästerpw 1")
	if err != nil || in.NeedsMaster || in.Sites[0].Password != "s3cret-ü<&>" || in.Sites[0].Site.Logon != Normal {
		t.Errorf("right: %+v, %v", in, err)
	}
	in, err = Import("x", []byte(file))
	if err != nil || !in.NeedsMaster || in.Sites[0].Password != "" || in.Sites[0].Site.Logon != AskLogon {
		t.Errorf("none: %+v, %v", in, err)
	}
	if _, err := ImportWithMaster("x", []byte(file), "wrong"); !errors.Is(err, ErrMaster) {
		t.Errorf("wrong: %v", err)
	}
	damaged := strings.Replace(file, "D5\n</Pass>", "D4\n</Pass>", 1)
	if in, err := ImportWithMaster("x", []byte(damaged), "mästerpw 1"); err != nil || in.Sites[0].Password != "" || len(in.Sites[0].Notes) != 1 {
		t.Errorf("damaged: %+v, %v", in, err)
	}
}

func TestImportRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		data string
		want error
	}{
		"large":     {strings.Repeat(" ", MaxFile+1), ErrTooLarge},
		"empty":     {"", ErrFormat},
		"text":      {"hello\nworld\n", ErrFormat},
		"binary":    {"\x7fELF\x02\x01\x01\x00\x00", ErrFormat},
		"encrypted": {"# Encrypted rclone configuration File\n\nRCLONE_ENCRYPT_V0:\nAAAA\n", ErrEncrypted},
		"newer":     {`{"format":"longshore sites","version":9,"sites":[]}`, ErrNewer},
	} {
		if _, err := Import(name, []byte(c.data)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, broken := range []string{"<FileZilla3><Servers><Server><Host>h", "<plist><dict><key>a", "bplist00\x00",
		"<FileZilla3>" + strings.Repeat("<Folder>", 1000)} {
		if in, err := Import("x", []byte(broken)); err == nil {
			t.Errorf("%.40q gave %+v", broken, in)
		}
	}
}

// A file of 16 MiB can hold millions of sites of nothing; 65,536 show it.
func TestImportTooMany(t *testing.T) {
	many := func(head, each, tail string) string { return head + strings.Repeat(each, 1<<16) + tail }
	for name, data := range map[string]string{
		"json": many(`{"sites":[`, "{},", "{}]}"), "filezilla": many("<FileZilla3><Servers>", "<Server/>", "</Servers></FileZilla3>"),
		"ini": many("", "[Sessions\\a]\n", ""), "netrc": many("", "machine a ", ""), "lftp": many("", "a ftp://b\n", ""),
		"ncftp": many("NcFTP bookmark-file version: 8\n\n", "a,b\n", ""),
	} {
		if in, err := Import(name, []byte(data)); err == nil && (len(in.Sites) != maxSites || !in.Truncated) {
			t.Errorf("%s: %d sites, truncated: %v", name, len(in.Sites), in.Truncated)
		}
	}
}

func TestImportUTF16(t *testing.T) {
	text := string(sample(t, "winscp-6-WinSCP.ini"))
	data := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(text)) {
		data = append(data, byte(u), byte(u>>8))
	}
	in, err := Import("WinSCP.ini", data)
	if err != nil || len(in.Sites) != 4 {
		t.Errorf("%+v, %v", in, err)
	}
}

func TestImportWinSCPRegistry(t *testing.T) {
	reg := "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Software\\Martin Prikryl\\WinSCP 2\\Sessions\\F/My%20site]\r\n" +
		"\"HostName\"=\"h.example\"\r\n\"UserName\"=\"u\"\r\n\"FSProtocol\"=dword:00000005\r\n\"Ftps\"=dword:00000003\r\n" +
		"\"PortNumber\"=dword:00000849\r\n\"LocalDirectory\"=\"C:\\\\Users\\\\me\"\r\n"
	in, err := Import("export.reg", []byte(reg))
	if err != nil || len(in.Sites) != 1 {
		t.Fatalf("%+v, %v", in, err)
	}
	s := in.Sites[0].Site
	if s.Path() != "F/My site" || s.Port != 2121 || s.Security != session.ExplicitTLS || s.LocalDir != `C:\Users\me` {
		t.Errorf("%+v", s)
	}
}

// What a file says must not become more than text.
func TestImportHostile(t *testing.T) {
	const file = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<FileZilla3><Servers><Folder>a&#x202E;b<Server><Host>h.example</Host><Protocol>4</Protocol><User>u&#xA;DELE x</User>
<Pass encoding="base64">YQ0KREVMRSBi</Pass><Logontype>1</Logontype><Name>n&#x9;m</Name>
<RemoteDir>1 0 3 a&#xA;b</RemoteDir></Server></Folder>
<Server><Host>user@evil:21</Host><Name>x</Name><Logontype>0</Logontype></Server>
<Server><Name>no host</Name></Server></Servers></FileZilla3>`
	in, err := Import("sitemanager.xml", []byte(file))
	if err != nil || len(in.Sites) != 3 {
		t.Fatalf("%+v, %v", in, err)
	}
	s := in.Sites[0]
	if s.Site.Folder[0] != "ab" || s.Site.User != "uDELE x" || s.Site.Name != "nm" || s.Site.RemoteDir != "/ab" {
		t.Errorf("%+v", s.Site)
	}
	if s.Password != "" || s.Site.Logon != AskLogon || len(s.Notes) != 1 {
		t.Errorf("a password with a line end: %q, %q", s.Password, s.Notes)
	}
	for _, bad := range in.Sites[1:] {
		if bad.Skipped == "" {
			t.Errorf("%+v is taken for a site", bad.Site)
		}
	}
}

// A file must not point at a password that is saved here for another server.
func TestImportClaimsNoPassword(t *testing.T) {
	const file = `{"sites":[{"id":"known","name":"n","host":"evil.example","protocol":"ftp","logon":"normal","user":"u",
	 "password":{"store":"keyring","ref":"deploy@acme [3f9c1a2b]"},"future":1}]}`
	in, err := Import("x.json", []byte(file))
	if err != nil || len(in.Sites) != 1 {
		t.Fatalf("%+v, %v", in, err)
	}
	if s := in.Sites[0].Site; s.ID != "" || s.Password.Saved() || s.Logon != AskLogon || s.rest["future"] == nil {
		t.Errorf("%+v", s)
	}
}

func TestFZSafePath(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "1 0": "/", "1 0 6 photos": "/photos", "1 0 3 var 3 www 9 my folder": "/var/www/my folder",
		"1 0 2 äö 1 b": "/äö/b", "3 0 2 C: 3 dir": `C:\dir`, "8 0 1 a": `\a`, "10 0 2 C: 1 a": "C:/a", "9 1 / 1 a": "//a",
	} {
		if got, err := fzSafePath(in); got != want || err != nil {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"1", "x y", "1 0 9 short", "1 -1", "1 0 a b", "2 0 1 a", "1 0 99999999999999999999 a"} {
		if got, err := fzSafePath(in); err == nil {
			t.Errorf("%q gave %q", in, got)
		}
	}
}

func TestNcFields(t *testing.T) {
	if got := ncFields(`a,b\,c,\\,,\$`); !reflect.DeepEqual(got, []string{"a", "b,c", `\`, "", "$"}) {
		t.Errorf("%q", got)
	}
}

func TestExportRoundTrip(t *testing.T) {
	in, err := Import("sitemanager.xml", sample(t, "filezilla-3.63-sitemanager.xml"))
	if err != nil {
		t.Fatal(err)
	}
	var all []Site
	for _, s := range in.Sites {
		if s.Skipped == "" {
			s.Site.Password = Ref{StoreKeyring, "s3cret [3f9c1a2b]"}
			all = append(all, s.Site)
		}
	}
	own, err := Export(all, [][]string{{"Empty"}})
	if err != nil {
		t.Fatal(err)
	}
	fz, err := ExportFileZilla(all)
	if err != nil {
		t.Fatal(err)
	}
	for format, data := range map[string][]byte{"Longshore": own, "FileZilla": fz} {
		if strings.Contains(string(data), "3f9c1a2b") || strings.Contains(string(data), "s3cret") {
			t.Errorf("%s: a password or a reference to one is in\n%s", format, data)
		}
		back, err := Import("x", data)
		if err != nil || back.Format != format || len(back.Sites) != len(all) {
			t.Fatalf("%s: %+v, %v\n%s", format, back, err, data)
		}
		found := map[string]Site{}
		for _, s := range back.Sites {
			found[s.Site.Path()] = s.Site
		}
		for _, want := range all {
			got := found[want.Path()]
			if want.Logon == Normal || format == "FileZilla" && want.Logon != Anonymous {
				want.Logon = AskLogon
			}
			if format == "FileZilla" {
				want.Account = ""
			}
			want.Password = Ref{Store: StoreNone}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s:\ngot  %+v\nwant %+v", format, got, want)
			}
		}
	}
}

func FuzzImport(f *testing.F) {
	samples, err := os.ReadDir("testdata/import")
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range samples {
		f.Add(s.Name(), sample(f, s.Name()))
	}
	f.Add("a.reg", []byte("[HKEY_CURRENT_USER\\Software\\Martin Prikryl\\WinSCP 2\\Sessions\\a]\n\"PortNumber\"=dword:15\n"))
	f.Add("x.json", []byte(`{"sites":[{"name":"a","host":"b"}]}`))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		in, err := Import(name, data)
		if err != nil {
			return
		}
		checkImported(t, in)
	})
}

// checkImported holds for whatever file: a site that is not skipped can be
// saved, and one that is keeps no password.
func checkImported(t *testing.T, in Imported) {
	t.Helper()
	b := mustBook(t, "")
	for _, s := range in.Sites {
		if s.Site.Password.Saved() || s.Site.ID != "" {
			t.Errorf("a file claims %+v", s.Site)
		}
		if s.Skipped != "" {
			if s.Password != "" {
				t.Errorf("skipped with a password: %+v", s)
			}
			continue
		}
		if _, err := b.Put(s.Site); err != nil {
			t.Errorf("%+v cannot be saved: %v", s.Site, err)
		}
		if strings.ContainsAny(s.Password, "\r\n\x00") {
			t.Errorf("password %q", s.Password)
		}
	}
}
