package dev.berth.provisioner.attachment;

import dev.berth.provisioner.object.NodeView;
import dev.berth.provisioner.object.PodView;
import dev.berth.provisioner.object.Volume;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything that was read about a volume: the desired and the actual state of the world as far as
 * they concern it.
 *
 * @param volume the PV; its attachments may outlive it
 * @param required whether its driver needs it attached
 * @param sites the nodes that need it, have it, or are told that they have it, by name
 * @param now the time
 */
record Seen(Optional<Volume> volume, boolean required, List<Site> sites, Instant now) {
  Seen {
    sites = List.copyOf(sites);
  }

  /**
   * A node.
   *
   * @param name its name
   * @param node the Node object; empty when there is none
   * @param wanting pods whose claim is bound to the volume: it is attached for them
   * @param holding pods that name the claim and may still run: it is not detached from under them
   * @param attachment the VolumeAttachment of the volume and the node
   */
  record Site(
      String name,
      Optional<NodeView> node,
      List<PodView> wanting,
      List<PodView> holding,
      Optional<Attachment> attachment) {
    Site {
      wanting = List.copyOf(wanting);
      holding = List.copyOf(holding);
    }
  }
}
