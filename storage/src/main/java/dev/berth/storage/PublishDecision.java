package dev.berth.storage;

import dev.berth.storage.VolumeException.Conflict;
import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.NotNow;
import java.util.Optional;

/** Decides what publishing a volume to a node means. */
final class PublishDecision {
  private PublishDecision() {}

  sealed interface Step {
    /** It is published like that. */
    record Nothing() implements Step {}

    /** The data is there for that node as it is. */
    record Admit() implements Step {}

    /** The image becomes that node's, and whoever had it has let go. */
    record HandOver() implements Step {}

    /** The image becomes that node's, and whoever had it may still write to it. */
    record TakeOver(String from) implements Step {}
  }

  /**
   * What to do.
   *
   * @throws Conflict when it is published to that node in another way
   * @throws NotNow when it is published to another node, and that excludes this one
   * @throws Invalid when no volume like this can be published like that
   */
  static Step decide(VolumeId id, boolean isImage, Publishing now, Publication wanted) {
    Optional<Publication> here = now.at(wanted.node());
    if (here.isPresent()) {
      if (!here.get().equals(wanted)) {
        throw new Conflict(
            "volume %s is published to node %s already, as %s and not as %s; call ControllerUnpublishVolume first"
                .formatted(id, wanted.node(), here.get().how(), wanted.how()));
      }
      return new Step.Nothing();
    }
    if (isImage && !wanted.mode().isSingleNode()) {
      throw new Invalid(
          "access mode %s is not supported by volume %s: it is an image, which one node at a time can use; use a SINGLE_NODE mode, or a directory volume"
              .formatted(wanted.mode(), id));
    }
    now.publications().values().forEach(other -> requireCompatible(id, wanted, other));
    return isImage ? ofImage(now, wanted.node()) : new Step.Admit();
  }

  private static void requireCompatible(VolumeId id, Publication wanted, Publication other) {
    wanted
        .excludes(other)
        .ifPresent(
            why -> {
              throw new NotNow(
                  "volume %s is published to node %s, and %s; call ControllerUnpublishVolume for that node first"
                      .formatted(id, other.node(), why));
            });
  }

  private static Step ofImage(Publishing now, String node) {
    if (now.holder().filter(node::equals).isPresent()) {
      return new Step.Admit();
    }
    return now.staged() ? new Step.TakeOver(now.holder().orElseThrow()) : new Step.HandOver();
  }
}
