package dev.berth.e2e.powerloss;

import dev.berth.storage.Bytes;
import dev.berth.storage.FsType;
import java.time.Duration;
import java.util.List;

/**
 * Something that Berth has acknowledged to a user. It travels as a mark in the log of writes, which
 * is one word, so everything written in front of the mark was written before the user knew.
 */
record Step(String user, Action action) {
  private static final String SEPARATOR = ":";

  /** What was done. Files are filled with one byte, so that a look at one tells if it is whole. */
  sealed interface Action {
    /** The pool's filesystem was made and mounted, and is on the disk. */
    record Mounted() implements Action {}

    /** A volume can be had by that name. */
    record Created(String volume, FsType type, Bytes size, Duration undelete) implements Action {}

    /** A file lies in the volume, forced to disk with its name. */
    record Written(String volume, String file, byte fill) implements Action {}

    /** The volume has that size. */
    record Expanded(String volume, Bytes size) implements Action {}

    /** The volume is gone. */
    record Deleted(String volume) implements Action {}
  }

  /** The volume that it was about; no name for {@link Action.Mounted}. */
  String volume() {
    return switch (action) {
      case Action.Mounted() -> "";
      case Action.Created c -> c.volume();
      case Action.Written w -> w.volume();
      case Action.Expanded e -> e.volume();
      case Action.Deleted d -> d.volume();
    };
  }

  String mark() {
    List<Object> words =
        switch (action) {
          case Action.Mounted() -> List.of("mounted");
          case Action.Created c ->
              List.of("created", c.volume(), c.type(), c.size().value(), c.undelete().toSeconds());
          case Action.Written w -> List.of("written", w.volume(), w.file(), w.fill());
          case Action.Expanded e -> List.of("expanded", e.volume(), e.size().value());
          case Action.Deleted d -> List.of("deleted", d.volume());
        };
    StringBuilder mark = new StringBuilder(user);
    words.forEach(word -> mark.append(SEPARATOR).append(word));
    return mark.toString();
  }

  static Step parse(String mark) {
    String[] w = mark.split(SEPARATOR, -1);
    Action action =
        switch (w[1]) {
          case "mounted" -> new Action.Mounted();
          case "created" ->
              new Action.Created(
                  w[2],
                  FsType.valueOf(w[3]),
                  Bytes.of(Long.parseLong(w[4])),
                  Duration.ofSeconds(Long.parseLong(w[5])));
          case "written" -> new Action.Written(w[2], w[3], Byte.parseByte(w[4]));
          case "expanded" -> new Action.Expanded(w[2], Bytes.of(Long.parseLong(w[3])));
          case "deleted" -> new Action.Deleted(w[2]);
          default -> throw new IllegalArgumentException("not a mark of ours: " + mark);
        };
    return new Step(w[0], action);
  }
}
