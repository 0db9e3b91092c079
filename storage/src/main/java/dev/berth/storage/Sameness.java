package dev.berth.storage;

import dev.berth.storage.VolumeException.Conflict;
import java.util.Objects;
import java.util.Optional;

/** Decides whether a volume is what a repeated request asks for. */
final class Sameness {
  private Sameness() {}

  /** {@code volume} if it is what {@code request} would have made, else {@link Conflict}. */
  static Volume require(Volume volume, CreateRequest request) {
    same(volume, "name", volume.name(), request.name());
    request.pool().ifPresent(p -> same(volume, "pool", volume.pool(), p));
    same(volume, "content", volume.content(), request.content());
    same(volume, "allocation", volume.allocation(), request.allocation());
    same(volume, "undelete", volume.undelete(), request.undelete());
    same(volume, "source", described(volume.source()), described(request.source()));
    same(volume, "parameters", volume.parameters(), request.parameters());
    if (!volume.tuning().has(request.tuning())) {
      throw differs(volume, "mutable parameters", volume.tuning(), request.tuning());
    }
    if (!request.size().contains(volume.size())) {
      throw differs(volume, "size", volume.size(), request.size());
    }
    return volume;
  }

  private static String described(Optional<Source> source) {
    return source.map(Source::toString).orElse("none");
  }

  private static void same(Volume volume, String field, Object has, Object asked) {
    if (!Objects.equals(has, asked)) {
      throw differs(volume, field, has, asked);
    }
  }

  private static Conflict differs(Volume volume, String field, Object has, Object asked) {
    return new Conflict(
        "volume "
            + Quoted.of(volume.name())
            + " exists as "
            + volume.id()
            + " with "
            + field
            + " "
            + text(has)
            + ", and "
            + text(asked)
            + " was asked for; use another name or the same request");
  }

  private static String text(Object value) {
    return Quoted.of(value.toString());
  }
}
