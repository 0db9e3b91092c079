package dev.berth.controller.parameters;

import dev.berth.storage.Allocation;
import dev.berth.storage.Content;
import dev.berth.storage.Limit;
import dev.berth.storage.VolumeException;
import java.util.Optional;

/** What the volumes of a class are. */
public sealed interface VolumeKind {
  /** A file that holds a filesystem or raw blocks. */
  record Image() implements VolumeKind {}

  /** A directory of the pool's filesystem. */
  record Directory(Limit limit) implements VolumeKind {}

  /** The values of the parameter. */
  enum Word {
    IMAGE,
    DIRECTORY;

    static Word parse(String text) {
      return switch (text) {
        case "image" -> IMAGE;
        case "directory" -> DIRECTORY;
        default -> throw new IllegalArgumentException(text);
      };
    }
  }

  /** Whether a volume with that content is of this kind. */
  default boolean isLike(Content content) {
    return switch (this) {
      case Image _ -> !(content instanceof Content.Directory);
      case Directory(Limit limit) -> content.equals(new Content.Directory(limit));
    };
  }

  /** The three parameters together, which do not all go with each other. */
  static Optional<VolumeKind> parse(
      Optional<Word> word, Optional<Limit> limit, Optional<Allocation> allocation) {
    if (word.isPresent() && word.get() == Word.DIRECTORY) {
      if (allocation.filter(a -> a == Allocation.THICK).isPresent()) {
        throw new VolumeException.Invalid(
            "parameters.allocation thick does not go with kind directory: a directory takes blocks as it fills; leave it out, or use kind image");
      }
      return Optional.of(new Directory(limit.orElse(Limit.ENFORCED)));
    }
    if (limit.isPresent()) {
      throw new VolumeException.Invalid(
          "parameters.capacity is for kind directory; the size of an image is always kept to: leave it out, or say kind directory");
    }
    return word.map(_ -> new Image());
  }
}
