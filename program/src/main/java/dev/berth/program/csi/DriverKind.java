package dev.berth.program.csi;

import dev.berth.csi.server.DriverSettings;
import dev.berth.program.Fault;
import dev.berth.program.Version;
import dev.berth.storage.Member;
import dev.berth.storage.PoolSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The drivers that this program can be. */
public enum DriverKind {
  /** Volumes of a node's own pools. */
  LOCAL("local", "local.berth.dev"),

  /** Volumes of pools that every node sees, published to one node after the other. */
  SHARED("shared", "shared.berth.dev");

  private final String word;
  private final String usualName;

  DriverKind(String word, String usualName) {
    this.word = word;
    this.usualName = usualName;
  }

  /** Its short name, as on the command line. */
  public String word() {
    return word;
  }

  /** The CSI driver name that it has unless the operator gives another. */
  public String usualName() {
    return usualName;
  }

  /** By its short name. */
  static Optional<DriverKind> parse(String word) {
    return Arrays.stream(values()).filter(kind -> kind.word.equals(word)).findFirst();
  }

  /** For messages. */
  static String words() {
    return Arrays.stream(values()).map(DriverKind::word).collect(Collectors.joining(" or "));
  }

  /**
   * A driver of this kind.
   *
   * @throws Fault when the name or the node's id cannot be one
   */
  public DriverSettings settings(String name, String nodeId, int attachLimit) {
    try {
      DriverSettings settings =
          new DriverSettings(name, nodeId, Version.text()).withAttachLimit(attachLimit);
      return switch (this) {
        case LOCAL -> settings;
        case SHARED -> settings.sharing();
      };
    } catch (IllegalArgumentException e) {
      throw Fault.ofCommandLine(String.valueOf(e.getMessage()));
    }
  }

  /** The pools of a driver, each shared with other nodes where the driver is for that. */
  static List<PoolSettings> pools(DriverSettings driver, List<PoolSettings> pools) {
    return driver.isShared()
        ? pools.stream()
            .map(pool -> pool.sharedAs(new Member(driver.nodeId(), driver.attachLimit())))
            .toList()
        : pools;
  }
}
