package dev.berth.provisioner.pod;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The options of nfs(5) and mount(8) that a share may have. The kernel says only that one of them
 * is wrong; here it is named before anything is mounted.
 */
final class NfsOptions {
  private static final Set<String> SWITCHES =
      Set.of(
          ("ro rw suid nosuid dev nodev exec noexec sync async dirsync nosymfollow atime noatime"
                  + " diratime nodiratime relatime norelatime strictatime lazytime defaults _netdev"
                  + " hard soft softerr softreval nosoftreval intr nointr ac noac cto nocto fsc"
                  + " nofsc sharecache nosharecache resvport noresvport lock nolock rdirplus"
                  + " nordirplus acl noacl posix migration nomigration tcp rdma trunkdiscovery"
                  + " notrunkdiscovery fg")
              .split(" ", -1));

  private static final Set<String> NUMBERS =
      Set.of(
          ("timeo retrans rsize wsize acregmin acregmax acdirmin acdirmax actimeo port nconnect"
                  + " max_connect retry")
              .split(" ", -1));

  private static final Set<String> WORDS =
      Set.of("lookupcache sec proto clientaddr local_lock xprtsec write".split(" ", -1));

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.:%/-]+");
  private static final int LAST_PORT = 65535;

  private NfsOptions() {}

  /** One by one, without the empty ones. */
  static List<String> words(List<String> mountOptions) {
    return mountOptions.stream()
        .flatMap(option -> Arrays.stream(option.split(",", -1)))
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .toList();
  }

  static String name(String word) {
    int equals = word.indexOf('=');
    return equals < 0 ? word : word.substring(0, equals);
  }

  /**
   * Refuses what is no option of an NFS mount.
   *
   * @throws IllegalArgumentException which names it, and says why
   */
  static void check(String word) {
    String name = name(word);
    if (word.length() == name.length()) {
      checkSwitch(name);
      return;
    }
    String value = word.substring(name.length() + 1);
    if (NUMBERS.contains(name)) {
      if (!NUMBER.matcher(value).matches()
          || (name.equals("port") && Integer.parseInt(value) > LAST_PORT)) {
        throw refusal(word, "must be a number" + (name.equals("port") ? " up to 65535" : ""));
      }
    } else if (!WORDS.contains(name)) {
      throw unknown(word, name);
    } else if (!WORD.matcher(value).matches()) {
      throw refusal(word, "must be one word");
    }
  }

  private static void checkSwitch(String name) {
    if (NUMBERS.contains(name) || WORDS.contains(name)) {
      throw refusal(name, "needs a value, as in " + name + "=…");
    }
    if (!SWITCHES.contains(name)) {
      throw unknown(name, name);
    }
  }

  private static IllegalArgumentException unknown(String word, String name) {
    if (name.equals("addr")) {
      return refusal(word, "follows from nfs.server; take it out of mountOptions");
    }
    if (name.equals("bg")) {
      return refusal(word, "a mount that fails is tried again anyway; take it out of mountOptions");
    }
    return SWITCHES.contains(name)
        ? refusal(word, "takes no value; correct mountOptions")
        : refusal(word, "is no option of an NFS mount (nfs(5)); correct mountOptions");
  }

  private static IllegalArgumentException refusal(String word, String why) {
    return new IllegalArgumentException("mount option " + word + ": " + why);
  }
}
