// Command runc-bounded is runc for machines that lack a capability: a privileged container asks for all of them, and the
// kernel refuses a set with one that the machine itself does not have. It takes those out of the bundle's config.json and
// becomes runc.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Bit numbers as in <linux/capability.h>.
var names = strings.Fields(`CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE
	NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE
	SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL
	SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE`)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "runc-bounded:", err)
		os.Exit(1)
	}
}

func run() error {
	if bundle := bundleOf(os.Args[1:]); bundle != "" {
		had, err := boundingSet()
		if err != nil {
			return err
		}
		if err := bound(filepath.Join(bundle, "config.json"), had); err != nil {
			return err
		}
	}
	runc, err := exec.LookPath("runc")
	if err != nil {
		return err
	}
	return syscall.Exec(runc, append([]string{runc}, os.Args[1:]...), os.Environ())
}

// bundleOf is the folder that `runc create` or `runc run` is told, else empty.
func bundleOf(arguments []string) string {
	for i, argument := range arguments {
		if value, found := strings.CutPrefix(argument, "--bundle="); found {
			return value
		}
		if (argument == "--bundle" || argument == "-b") && i+1 < len(arguments) {
			return arguments[i+1]
		}
	}
	return ""
}

func boundingSet() (map[string]bool, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return nil, err
	}
	for _, line := range strings.Split(string(status), "\n") {
		value, found := strings.CutPrefix(line, "CapBnd:")
		if !found {
			continue
		}
		bits, err := strconv.ParseUint(strings.TrimSpace(value), 16, 64)
		if err != nil {
			return nil, err
		}
		had := map[string]bool{}
		for bit, name := range names {
			had["CAP_"+name] = bits&(1<<bit) != 0
		}
		return had, nil
	}
	return nil, fmt.Errorf("/proc/self/status has no line CapBnd")
}

// bound takes the capabilities that nobody here has out of a bundle's config.json.
func bound(file string, had map[string]bool) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	config := map[string]json.RawMessage{}
	process := map[string]json.RawMessage{}
	sets := map[string][]string{}
	if err := json.Unmarshal(text, &config); err != nil {
		return err
	}
	if err := json.Unmarshal(config["process"], &process); err != nil {
		return err
	}
	if process["capabilities"] == nil {
		return nil
	}
	if err := json.Unmarshal(process["capabilities"], &sets); err != nil {
		return err
	}
	for set, wanted := range sets {
		kept := []string{}
		for _, capability := range wanted {
			if had[capability] {
				kept = append(kept, capability)
			}
		}
		sets[set] = kept
	}
	if process["capabilities"], err = json.Marshal(sets); err != nil {
		return err
	}
	if config["process"], err = json.Marshal(process); err != nil {
		return err
	}
	if text, err = json.Marshal(config); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}
