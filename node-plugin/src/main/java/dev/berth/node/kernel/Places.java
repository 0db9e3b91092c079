package dev.berth.node.kernel;

import dev.berth.csi.server.request.Fields;
import dev.berth.storage.VolumeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Paths of requests as the mount table spells them: symbolic links on the way are followed, because
 * a kubelet's root folder may be reached through one; the last part itself may not be one, because
 * mounting there would mean somewhere else.
 */
public final class Places {
  private Places() {}

  /**
   * The path of a mount point that may not exist yet.
   *
   * @throws VolumeException.Invalid when it has not the form that {@link Fields#path} asks for, its
   *     parent does not exist, or it is a symbolic link
   */
  public static Path of(String value, String field) {
    Path path = Fields.path(value, field);
    Path real =
        resolved(path)
            .orElseThrow(
                () ->
                    new VolumeException.Invalid(
                        "%s %s: %s does not exist; its parent must exist"
                            .formatted(field, path, path.getParent())));
    if (Files.isSymbolicLink(real)) {
      throw new VolumeException.Invalid(
          "%s %s is a symbolic link; give the path that it leads to".formatted(field, path));
    }
    return real;
  }

  /** Like {@link #of}; empty when the parent does not exist, so that nothing can be there. */
  public static Optional<Path> ifAny(String value, String field) {
    return resolved(Fields.path(value, field));
  }

  /** Like {@link #ifAny}; also empty for what is no absolute path at all. */
  public static Optional<Path> anywhere(String value, String field) {
    try {
      return ifAny(value, field);
    } catch (VolumeException.Invalid notAPath) {
      return Optional.empty();
    }
  }

  /** Whether {@code place} is a directory itself. */
  public static boolean isDirectory(Path place) {
    return Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS);
  }

  private static Optional<Path> resolved(Path path) {
    try {
      return Optional.of(
          Objects.requireNonNull(path.getParent()).toRealPath().resolve(path.getFileName()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new VolumeException.Invalid(path + " cannot be looked up: " + e, e);
    }
  }
}
