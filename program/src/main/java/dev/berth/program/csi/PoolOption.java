package dev.berth.program.csi;

import dev.berth.csi.server.request.SizeText;
import dev.berth.program.Fault;
import dev.berth.storage.Bytes;
import dev.berth.storage.PoolName;
import dev.berth.storage.PoolSettings;
import dev.berth.storage.VolumeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The value of {@code --pool}: {@code NAME=DIR[,size=20Gi][,overcommit=1.5][,reserve=1Gi]}; the
 * size may be a share, {@code 80%}, of what is free when the pool is made. A folder with a comma in
 * its name cannot be given.
 */
public final class PoolOption {
  /** The form, for help and messages. */
  public static final String SYNTAX = "NAME=DIR[,size=SIZE][,overcommit=FACTOR][,reserve=SIZE]";

  private static final List<String> KEYS = List.of("size", "overcommit", "reserve");
  private static final String NAME = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

  private final String text;
  private final List<String> problems;
  private final Map<String, String> settings = new HashMap<>();

  private PoolOption(String text, List<String> problems) {
    this.text = text;
    this.problems = problems;
  }

  /**
   * Reads all pools of a command line.
   *
   * @param init whether an empty folder may be made a pool
   * @throws Fault with every problem of every pool, one line each
   */
  public static List<PoolSettings> parse(List<String> texts, boolean init) {
    List<String> problems = new ArrayList<>();
    List<PoolSettings> pools = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Set<Path> folders = new HashSet<>();
    for (String text : texts) {
      new PoolOption(text, problems).read(init).ifPresent(pools::add);
    }
    for (PoolSettings pool : pools) {
      if (!names.add(pool.name().value())) {
        problems.add("--pool " + pool.name().value() + ": the name is given twice");
      }
      if (!folders.add(pool.directory())) {
        problems.add("--pool " + pool.name().value() + ": " + pool.directory() + " is given twice");
      }
    }
    if (!problems.isEmpty()) {
      throw Fault.ofCommandLine(String.join("\nberth: ", problems));
    }
    return pools;
  }

  private Optional<PoolSettings> read(boolean init) {
    int before = problems.size();
    String[] parts = text.split(",", -1);
    int equals = parts[0].indexOf('=');
    String name = equals < 0 ? "" : parts[0].substring(0, equals);
    String folder = parts[0].substring(equals + 1);
    if (equals < 0 || folder.isEmpty()) {
      problem("must be " + SYNTAX);
      return Optional.empty();
    }
    if (!name.matches(NAME)) {
      problem("the name " + name + " must be 1 to 63 of a-z, 0-9 and -, no - at an end");
    }
    for (int i = 1; i < parts.length; i++) {
      setting(parts[i]);
    }
    Optional<Integer> share = share();
    Optional<Bytes> size = share.isPresent() ? Optional.empty() : size("size");
    Bytes reserve = size("reserve").orElse(Bytes.ZERO);
    double overcommit = overcommit();
    size.filter(s -> s.isZero())
        .ifPresent(_ -> problem("size=" + settings.get("size") + " must be more than 0"));
    if (problems.size() > before) {
      return Optional.empty();
    }
    Path directory = Path.of(folder).toAbsolutePath().normalize();
    try {
      Optional<Bytes> fixed = share.isPresent() ? PoolShare.size(directory, share.get()) : size;
      return Optional.of(
          new PoolSettings(new PoolName(name), directory, init, fixed, overcommit, reserve));
    } catch (VolumeException.Invalid e) {
      problem(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      problem("size=" + settings.get("size") + ": cannot tell what is free there: " + e);
    }
    return Optional.empty();
  }

  private void setting(String part) {
    int equals = part.indexOf('=');
    String key = equals < 0 ? part : part.substring(0, equals);
    if (!KEYS.contains(key)) {
      problem(
          "unknown setting "
              + (key.isEmpty() ? "\"\"" : key)
              + "; known: "
              + String.join(", ", KEYS));
    } else if (equals < 0) {
      problem(key + " needs a value, " + key + "=…");
    } else if (settings.putIfAbsent(key, part.substring(equals + 1)) != null) {
      problem(key + " is given twice");
    }
  }

  private Optional<Bytes> size(String key) {
    Optional<String> given = Optional.ofNullable(settings.get(key));
    Optional<Bytes> size = given.flatMap(SizeText::parse);
    if (given.isPresent() && size.isEmpty()) {
      problem(
          key
              + "="
              + given.get()
              + " must be "
              + SizeText.RULE
              + (key.equals("size") ? ", or a share such as 80%" : ""));
    }
    return size;
  }

  /** {@code 80%}: so much of what the filesystem has free when the pool is made. */
  private Optional<Integer> share() {
    return Optional.ofNullable(settings.get("size"))
        .filter(given -> given.matches("([1-9][0-9]?|100)%"))
        .map(given -> Integer.valueOf(given.substring(0, given.length() - 1)));
  }

  private double overcommit() {
    String given = settings.getOrDefault("overcommit", "1");
    if (given.matches("[0-9]{1,4}(\\.[0-9]{1,6})?")) {
      double factor = Double.parseDouble(given);
      if (factor >= 1 && factor <= 1000) {
        return factor;
      }
    }
    problem("overcommit=" + given + " must be a number from 1 to 1000 such as 1.5");
    return 1;
  }

  private void problem(String what) {
    problems.add("--pool " + text + ": " + what);
  }
}
