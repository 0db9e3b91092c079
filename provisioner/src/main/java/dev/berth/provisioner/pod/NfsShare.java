package dev.berth.provisioner.pod;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A folder of an NFS server and how it is mounted (nfs(5)).
 *
 * @param server a host name or an address, that of IPv6 without brackets
 * @param path on the server
 * @param options single words of {@code mountOptions}, all of which are known and none of which is
 *     about the version
 * @param versions of the protocol, the first that the server has is taken
 */
public record NfsShare(String server, String path, List<String> options, List<String> versions) {
  private static final Pattern SERVER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%\\w+)?");
  private static final List<String> NEWEST_FIRST = List.of("4.2", "4.1", "4.0");
  private static final String READ_ONLY = "ro";

  /** What mountOptions call a version, without the ones that say version 4 and no more. */
  private static final Map<String, String> MINORS =
      Map.of("0", "4.0", "1", "4.1", "2", "4.2", "4.0", "4.0", "4.1", "4.1", "4.2", "4.2");

  public NfsShare {
    if (!SERVER.matcher(server).matches() && !IPV6.matcher(server).matches()) {
      throw new IllegalArgumentException(
          "nfs.server \"" + server + "\": must be a host name or an address");
    }
    if (!path.startsWith("/") || path.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "nfs.path \"" + path + "\": must be an absolute path without control characters");
    }
    options = List.copyOf(options);
    options.forEach(NfsOptions::check);
    versions = List.copyOf(versions);
  }

  /**
   * The share that a manifest means.
   *
   * @param mountOptions as the PersistentVolume has them: each may be several, with commas between
   * @throws IllegalArgumentException if it could never be mounted, with the field, the value and
   *     the rule
   */
  public static NfsShare of(
      String server, String path, List<String> mountOptions, boolean readOnly) {
    List<String> words = new ArrayList<>();
    List<String> versions = NEWEST_FIRST;
    for (String word : NfsOptions.words(mountOptions)) {
      String name = NfsOptions.name(word);
      if (name.equals("vers") || name.equals("nfsvers") || name.equals("minorversion")) {
        versions = versions(versions, name, word);
      } else {
        words.add(word);
      }
    }
    if (readOnly && !words.contains(READ_ONLY)) {
      words.add(READ_ONLY);
    }
    String plain = server.startsWith("[") && server.endsWith("]") ? inside(server) : server;
    return new NfsShare(plain, path, words, versions);
  }

  private static List<String> versions(List<String> before, String name, String word) {
    String value = word.substring(name.length()).replaceFirst("=", "");
    if (value.equals("4") && !name.equals("minorversion")) {
      return before; // the newest that both sides have, or what minorversion says
    }
    String version = MINORS.get(value);
    boolean minor = name.equals("minorversion");
    if (version == null || minor != (value.length() == 1)) {
      throw new IllegalArgumentException(
          "mount option "
              + word
              + ": "
              + (minor ? "must be 0, 1 or 2" : "must be 4, 4.0, 4.1 or 4.2")
              + "; older versions need daemons beside the kernel");
    }
    return List.of(version);
  }

  private static String inside(String brackets) {
    return brackets.substring(1, brackets.length() - 1);
  }

  /** The same, written to whatever the manifest says of that. */
  public NfsShare writable() {
    return new NfsShare(
        server, path, options.stream().filter(o -> !o.equals(READ_ONLY)).toList(), versions);
  }

  /** The value of an option such as {@code port}; empty when nothing is said of it. */
  public Optional<String> option(String name) {
    return options.stream()
        .filter(word -> word.startsWith(name + "="))
        .map(word -> word.substring(name.length() + 1))
        .reduce((_, last) -> last);
  }

  /** As the mount table has it: {@code server:/path}. */
  public String source() {
    return (server.contains(":") ? "[" + server + "]" : server) + ":" + path;
  }

  @Override
  public String toString() {
    return "nfs " + source();
  }
}
