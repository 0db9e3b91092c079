package dev.berth.csi.server.health;

import dev.berth.csi.server.request.Limits;
import dev.berth.csi.v1.NodeGetStorageHealthResponse.StorageBackendHealth;
import dev.berth.csi.v1.StorageHealthErrorType;
import dev.berth.csi.v1.VolumeHealth;
import dev.berth.csi.v1.VolumeHealth.VolumeHealthEntry;
import dev.berth.csi.v1.VolumeHealthErrorType;
import dev.berth.storage.health.Ailment;
import dev.berth.storage.health.PoolAilment;
import dev.berth.storage.health.Severity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Ailments as messages; of a volume, and of all pools together, each reason is there once. */
public final class HealthReplies {
  private HealthReplies() {}

  /** A volume that is well has its id and nothing more. */
  public static VolumeHealth volume(String id, List<Ailment> ailments) {
    VolumeHealth.Builder reply = VolumeHealth.newBuilder().setVolumeId(id);
    for (Ailment ailment : ailments) {
      reply.addHealthStatuses(
          VolumeHealthEntry.newBuilder()
              .setStatus(status(ailment.severity()))
              .setReason(ailment.reason())
              .setMessage(Limits.shortened(ailment.message())));
    }
    return reply.build();
  }

  /** Pools that ail alike share an entry, which CSI wants to be there once. */
  public static List<StorageBackendHealth> pools(List<PoolAilment> ailments) {
    Map<String, StorageBackendHealth.Builder> byReason = new LinkedHashMap<>();
    for (PoolAilment ailment : ailments) {
      StorageBackendHealth.Builder entry =
          byReason.computeIfAbsent(ailment.reason(), _ -> entry(ailment));
      String before = entry.getMessage();
      entry.setMessage(
          Limits.shortened(
              before.isEmpty() ? ailment.message() : before + "; " + ailment.message()));
    }
    return byReason.values().stream().map(StorageBackendHealth.Builder::build).toList();
  }

  private static StorageBackendHealth.Builder entry(PoolAilment ailment) {
    return StorageBackendHealth.newBuilder()
        .setReason(ailment.reason())
        .setStatus(
            ailment.unreachable()
                ? StorageHealthErrorType.STORAGE_UNREACHABLE
                : StorageHealthErrorType.STORAGE_DEGRADED);
  }

  private static VolumeHealthErrorType status(Severity severity) {
    return switch (severity) {
      case DEGRADED -> VolumeHealthErrorType.DEGRADED;
      case INACCESSIBLE -> VolumeHealthErrorType.INACCESSIBLE;
      case DATA_LOSS -> VolumeHealthErrorType.DATA_LOSS;
    };
  }
}
