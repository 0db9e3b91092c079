package dev.berth.program.serve;

import dev.berth.csi.server.Endpoint;
import dev.berth.node.ephemeral.EphemeralSettings;
import dev.berth.program.Fault;
import dev.berth.program.csi.EphemeralOption;
import dev.berth.program.csi.PoolOption;
import dev.berth.storage.PoolSettings;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads texts into values and collects what is wrong with them, to be told together. */
final class Problems {
  private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^:]*):([0-9]{1,5})");
  private static final int LARGEST_PORT = 65_535;
  private static final Path NOWHERE = Path.of("/");

  private final List<String> found = new ArrayList<>();

  void add(String problem) {
    found.add(problem);
  }

  /** A word of the command line that is no option and no value of one. */
  void unknown(String word) {
    found.add(
        word.startsWith("-") ? "unknown option " + word : "'" + word + "' belongs to no option");
  }

  String required(String option, Optional<String> value, String what) {
    String text = value.orElse("");
    if (text.isBlank()) {
      found.add(
          option
              + " is not given"
              + EnvironmentDefaults.variable(option)
                  .map(v -> ", and " + v + " is not set")
                  .orElse("")
              + ": "
              + what);
    }
    return text;
  }

  Path path(String option, String text) {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return path.normalize();
      }
      bad(option, text, "an absolute path");
    } catch (InvalidPathException e) {
      bad(option, text, "a path");
    }
    return NOWHERE;
  }

  boolean yesOrNo(String option, String text) {
    if (!text.equals("true") && !text.equals("false")) {
      bad(option, text, "true or false");
    }
    return text.equals("true");
  }

  EphemeralSettings ephemeral(String text) {
    try {
      return EphemeralOption.parse(text);
    } catch (IllegalArgumentException e) {
      bad("--ephemeral", text, EphemeralOption.RULE);
      return EphemeralSettings.OFF;
    }
  }

  boolean onOrOff(String option, String text) {
    if (!text.equals("on") && !text.equals("off")) {
      bad(option, text, "on or off");
    }
    return text.equals("on");
  }

  int positive(String option, String text) {
    if (!text.matches("[1-9][0-9]{0,6}")) {
      bad(option, text, "a number from 1 to 9999999");
      return 1;
    }
    return Integer.parseInt(text);
  }

  Duration duration(String option, String text) {
    Optional<Duration> value = DurationText.parse(text);
    if (value.isEmpty()) {
      bad(option, text, DurationText.RULE);
    }
    return value.orElse(Duration.ZERO);
  }

  /** Empty for never. */
  Optional<Duration> positiveOrNever(String option, String text) {
    if (text.equals("never")) {
      return Optional.empty();
    }
    Optional<Duration> value = DurationText.parse(text).filter(Duration::isPositive);
    if (value.isEmpty()) {
      bad(option, text, DurationText.RULE + ", more than nothing, or never");
    }
    return value;
  }

  <E extends Enum<E>> Optional<E> oneOf(String option, String text, Class<E> type) {
    E[] all = type.getEnumConstants();
    Optional<E> value =
        Arrays.stream(all).filter(e -> e.name().toLowerCase(Locale.ROOT).equals(text)).findFirst();
    if (value.isEmpty()) {
      bad(
          option,
          text,
          Arrays.stream(all)
              .map(e -> e.name().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(" or ")));
    }
    return value;
  }

  /** {@code [HOST]:PORT}, without a host every address of the machine; empty for {@code none}. */
  Optional<InetSocketAddress> address(String option, String text) {
    if (text.equals("none")) {
      return Optional.empty();
    }
    Matcher parts = ADDRESS.matcher(text);
    int port = parts.matches() ? Integer.parseInt(parts.group(2)) : LARGEST_PORT + 1;
    if (port > LARGEST_PORT) {
      bad(option, text, "[HOST]:PORT such as :9808 or 127.0.0.1:9808, or none");
      return Optional.empty();
    }
    String host = parts.group(1);
    InetSocketAddress address =
        host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      bad(option, text, "an address of this machine; " + host + " is unknown here");
    }
    return Optional.of(address);
  }

  List<PoolSettings> pools(List<String> texts, boolean init) {
    List<String> each =
        texts.stream()
            .flatMap(text -> Arrays.stream(text.split(";", -1)))
            .map(String::strip)
            .filter(text -> !text.isEmpty())
            .toList();
    if (each.isEmpty()) {
      found.add("--pool is not given, and BERTH_POOL is not set: " + PoolOption.SYNTAX);
      return List.of();
    }
    try {
      return PoolOption.parse(each, init);
    } catch (Fault faults) {
      found.add(String.valueOf(faults.getMessage()));
      return List.of();
    }
  }

  /** Both sockets below the kubelet's folder must have paths that a unix socket can have. */
  void endpoint(Path kubelet, String driver) {
    try {
      new Endpoint(kubelet.resolve("plugins").resolve(driver).resolve("csi.sock"));
      new Endpoint(kubelet.resolve("plugins_registry").resolve(driver + "-reg.sock"));
    } catch (IllegalArgumentException e) {
      found.add("--kubelet-dir " + kubelet + ": " + e.getMessage());
    }
  }

  /**
   * Throws what was found.
   *
   * @throws Fault with every problem, one line each
   */
  void throwIfAny() {
    if (!found.isEmpty()) {
      throw Fault.ofCommandLine(String.join("\nberth: ", found));
    }
  }

  private void bad(String option, String text, String rule) {
    found.add(option + "=" + text + " must be " + rule);
  }
}
