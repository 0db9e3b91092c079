package dev.berth.storage;

import dev.berth.storage.PublishDecision.Step;
import dev.berth.storage.VolumeException.NotFound;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.OutOfSpace;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntSupplier;

/** Who may use the volumes of one pool. Callers hold the volume's lock. */
final class SharedVolumes {
  private final OpenedPool pool;
  private final Shelf shelf;
  private final Nodes nodes;
  private final Publisher publisher;
  private final Company company;
  private final Catalogue index;

  SharedVolumes(OpenedPool pool, Shelf shelf, Cut cut, Company company, Catalogue index) {
    this.pool = pool;
    this.shelf = shelf;
    this.nodes = new Nodes(pool.disk(), pool.layout());
    this.publisher = new Publisher(pool.disk(), cut);
    this.company = company;
    this.index = index;
  }

  Publishing publish(String name, Publication wanted, IntSupplier publishedAtNode) {
    VolumeFile now = require(name);
    Member node =
        nodes
            .find(wanted.node())
            .orElseThrow(
                () ->
                    new NotFound(
                        "node "
                            + Quoted.of(wanted.node())
                            + " is none of the nodes that have pool "
                            + pool.settings().name()
                            + " open; start Berth there with this pool"));
    Step step =
        PublishDecision.decide(now.volume().id(), isImage(now.volume()), now.publishing(), wanted);
    if (step instanceof Step.Nothing) {
      return now.publishing();
    }
    if (node.attachLimit() == 0) {
      return keep(publisher.publish(now, wanted, step)).publishing();
    }
    return company.deciding(
        () -> {
          requireBelow(node, publishedAtNode.getAsInt());
          return keep(publisher.publish(now, wanted, step)).publishing();
        });
  }

  private static void requireBelow(Member node, int published) {
    if (published >= node.attachLimit()) {
      throw new OutOfSpace(
          "node %s has %d volumes published to it, and its limit is %d; unpublish one, or raise the limit of that node"
              .formatted(node.node(), published, node.attachLimit()));
    }
  }

  /** What cannot be read whole can be let go of all the same, if the record alone is good. */
  void unpublish(String name, Optional<String> node) {
    shelf
        .recorded(name)
        .ifPresent(
            now ->
                keep(
                    publisher.write(
                        now,
                        node.map(now.publishing()::without)
                            .orElseGet(now.publishing()::withoutAll))));
  }

  /** The volume, written down as being attached by this node. */
  Volume staging(String name, OptionalLong epoch) {
    VolumeFile now = require(name);
    String here = pool.settings().member().orElseThrow().node();
    Publishing publishing = now.publishing();
    if (publishing.at(here).isEmpty()) {
      throw new NotNow(
          "volume %s is not published to node %s but to %s; call ControllerPublishVolume first"
              .formatted(
                  now.volume().id(),
                  here,
                  publishing.publications().isEmpty()
                      ? "none"
                      : publishing.publications().keySet()));
    }
    if (!isImage(now.volume())) {
      return now.volume();
    }
    if (epoch.isEmpty()) {
      throw new VolumeException.Invalid(
          "publish_context has no epoch, and volume %s is an image that one node has at a time; hand on what ControllerPublishVolume answered"
              .formatted(now.volume().id()));
    }
    if (epoch.getAsLong() != publishing.epoch()) {
      throw new NotNow(
          "publish_context says epoch %d of volume %s, which is at epoch %d: it has been published anew since; stage it with the context of that"
              .formatted(epoch.getAsLong(), now.volume().id(), publishing.epoch()));
    }
    return keep(publisher.write(now, publishing.withStaged(true))).volume();
  }

  /** Nothing when the image has become another node's. */
  void unstaged(String name) {
    String here = pool.settings().member().orElseThrow().node();
    shelf
        .recorded(name)
        .filter(now -> now.publishing().holder().filter(here::equals).isPresent())
        .ifPresent(now -> keep(publisher.write(now, now.publishing().withStaged(false))));
  }

  /** Those of a volume as they were last seen. */
  Publishing known(String name) {
    return index.publishing(name);
  }

  int countAt(String node) {
    return index.countAt(node);
  }

  /**
   * Refuses while a node may use it.
   *
   * @throws NotNow when one may
   */
  static void requireUnpublished(VolumeFile file) {
    if (!file.publishing().publications().isEmpty()) {
      throw new NotNow(
          "volume %s is published to %s and cannot be deleted; call ControllerUnpublishVolume first"
              .formatted(
                  file.volume().id(),
                  String.join(", ", file.publishing().publications().keySet())));
    }
  }

  private VolumeFile keep(VolumeFile file) {
    index.put(file);
    return file;
  }

  private static boolean isImage(Volume volume) {
    return switch (volume.content()) {
      case Content.Filesystem _, Content.Block _ -> true;
      case Content.Directory _ -> false;
    };
  }

  private VolumeFile require(String name) {
    return shelf
        .read(name)
        .orElseThrow(() -> new NotFound("volume " + pool.id() + "." + name + " does not exist"));
  }
}
