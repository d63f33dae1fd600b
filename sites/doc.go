// Package sites keeps what the user saved: servers, passwords, trust.
//
// Start with [DefaultPaths] or [PathsUnder], then [LoadBook] for the saved
// sites, [LoadKnownServers] for certificates and what was learned about
// servers, [LoadSettings] for everything else, [NewKeyring] for the passwords,
// and join them with [NewSecrets] and [NewEnv] into the session.Env that
// connections ask.
//
// # Who owns what
//
//   - [Book] owns sites.json, [KnownServers] owns known_servers.json,
//     [SettingsFile] owns settings.json, [FileVault] owns vault.json. Each
//     change is one transaction: lock the file, read it again if another
//     program changed it, apply the change, write a temporary file, fsync,
//     rename. Readers never wait for the disk.
//   - Passwords are in a [Vault] or in memory and nowhere else. A Site holds
//     only a [Ref] to its password. There is no option to keep one in a file
//     in clear, and no silent fall back from the keyring to anything weaker.
//   - [Secrets] is the one place that hands out passwords. It reads each from
//     its vault once a session and prefers what was typed for this session.
//
// # What is promised
//
//   - A file that cannot be parsed is set aside as NAME.corrupt-TIME and the
//     last good copy is used; Notice says so. A file that cannot be read is
//     never overwritten. A file of a newer version is opened read-only.
//   - Fields that this version does not know survive a change.
//   - No call into the keyring can hang its caller: see [Keyring].
//   - Nothing in an imported file is executed, and its passwords go to the
//     caller in memory only: see [Import].
//
// The package may import transfer/session for its plain types and knows
// nothing of the queue and of windows.
package sites
