package dev.berth.node.stats;

import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.request.Ids;
import dev.berth.csi.server.work.Reads;
import dev.berth.csi.v1.NodeGetVolumeStatsRequest;
import dev.berth.csi.v1.NodeGetVolumeStatsResponse;
import dev.berth.csi.v1.VolumeUsage;
import dev.berth.node.ephemeral.EphemeralVolumes;
import dev.berth.node.kernel.KernelView;
import dev.berth.node.kernel.Occupant;
import dev.berth.node.kernel.Places;
import dev.berth.storage.Bytes;
import dev.berth.storage.Content;
import dev.berth.storage.DirectoryUsage;
import dev.berth.storage.Limit;
import dev.berth.storage.Pools;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException;
import dev.berth.storage.linux.FileCalls;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.StatFs;
import java.nio.file.Path;
import java.util.Optional;

/** NodeGetVolumeStats. */
public final class VolumeStats {
  private final Pools pools;
  private final FileCalls files;
  private final KernelView kernel;
  private final EphemeralVolumes ephemeral;
  private final Reads reads;

  public VolumeStats(
      Pools pools, FileCalls files, KernelView kernel, EphemeralVolumes ephemeral, Reads reads) {
    this.ephemeral = ephemeral;
    this.reads = reads;
    this.pools = pools;
    this.files = files;
    this.kernel = kernel;
  }

  /** The filesystem's own numbers, or the size of the device. */
  public NodeGetVolumeStatsResponse answer(NodeGetVolumeStatsRequest q) {
    String id = Fields.required(q.getVolumeId(), "volume_id");
    String path = Fields.required(q.getVolumePath(), "volume_path");
    return reads.ask("volume " + id, () -> stats(id, path));
  }

  private NodeGetVolumeStatsResponse stats(String id, String path) {
    Optional<Path> anywhere = Places.anywhere(path, "volume_path");
    if (anywhere.filter(p -> ephemeral.isInMemory(p, id)).isPresent()) {
      return filesystem(files.statfs(anywhere.get()));
    }
    Volume volume = ephemeral.find(id).orElseGet(() -> Ids.existing(pools, id));
    Path place = anywhere.orElseThrow(() -> notThere(id, path));
    if (volume.content() instanceof Content.Directory) {
      var _ = kernel.directory(place, volume).orElseThrow(() -> notThere(id, path));
      return directory(volume, files.statfs(place));
    }
    Optional<LoopDevice> device = kernel.device(volume);
    return switch (kernel.at(place, device)) {
      case Occupant.Filesystem _ -> filesystem(files.statfs(place));
      case Occupant.Node _ -> block(device.orElseThrow());
      case Occupant.Nothing _, Occupant.OtherNode _, Occupant.OtherFilesystem _ ->
          throw notThere(id, path);
    };
  }

  /** Of one that nobody limits, the filesystem's own numbers are the true ones. */
  private NodeGetVolumeStatsResponse directory(Volume volume, StatFs fs) {
    boolean limited = volume.content().equals(new Content.Directory(Limit.ENFORCED));
    return pools
        .usage(volume)
        .filter(_ -> limited)
        .map(usage -> limited(volume.size(), usage, fs))
        .orElseGet(() -> filesystem(fs));
  }

  private static NodeGetVolumeStatsResponse limited(Bytes size, DirectoryUsage usage, StatFs fs) {
    var reply =
        NodeGetVolumeStatsResponse.newBuilder()
            .addUsage(
                VolumeUsage.newBuilder()
                    .setUnit(VolumeUsage.Unit.BYTES)
                    .setTotal(size.value())
                    .setUsed(usage.bytes().value())
                    .setAvailable(size.minusOrZero(usage.bytes()).min(fs.available()).value()));
    if (usage.inodes().isPresent() && usage.mostInodes().isPresent()) {
      long used = usage.inodes().get();
      long most = usage.mostInodes().get();
      reply.addUsage(
          VolumeUsage.newBuilder()
              .setUnit(VolumeUsage.Unit.INODES)
              .setTotal(most)
              .setUsed(used)
              .setAvailable(Math.max(0, most - used)));
    }
    return reply.build();
  }

  private static NodeGetVolumeStatsResponse filesystem(StatFs fs) {
    return NodeGetVolumeStatsResponse.newBuilder()
        .addUsage(
            VolumeUsage.newBuilder()
                .setUnit(VolumeUsage.Unit.BYTES)
                .setTotal(fs.size().value())
                .setUsed(fs.used().value())
                .setAvailable(fs.available().value()))
        .addUsage(
            VolumeUsage.newBuilder()
                .setUnit(VolumeUsage.Unit.INODES)
                .setTotal(fs.files())
                .setUsed(fs.files() - fs.filesFree())
                .setAvailable(fs.filesFree()))
        .build();
  }

  private static NodeGetVolumeStatsResponse block(LoopDevice device) {
    return NodeGetVolumeStatsResponse.newBuilder()
        .addUsage(
            VolumeUsage.newBuilder()
                .setUnit(VolumeUsage.Unit.BYTES)
                .setTotal(device.size().value()))
        .build();
  }

  private static VolumeException notThere(String id, String path) {
    return new VolumeException.NotFound(
        "volume %s is neither staged nor published at volume_path %s".formatted(id, path));
  }
}
