package dev.berth.controller.metadata;

import dev.berth.csi.server.call.Call;
import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.work.Reads;
import dev.berth.csi.v1.BlockMetadataType;
import dev.berth.csi.v1.GetMetadataAllocatedRequest;
import dev.berth.csi.v1.GetMetadataAllocatedResponse;
import dev.berth.csi.v1.GetMetadataDeltaRequest;
import dev.berth.csi.v1.GetMetadataDeltaResponse;
import dev.berth.csi.v1.SnapshotMetadataGrpc;
import dev.berth.storage.BlockScan;
import dev.berth.storage.Pools;
import dev.berth.storage.SnapshotId;
import dev.berth.storage.VolumeException;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;

/** The SnapshotMetadata service; ranges have whatever length they have. */
public final class SnapshotMetadataService extends SnapshotMetadataGrpc.SnapshotMetadataImplBase {
  private final Pools pools;
  private final Reads reads;

  public SnapshotMetadataService(Pools pools, Reads reads) {
    this.pools = pools;
    this.reads = reads;
  }

  @Override
  public void getMetadataAllocated(
      GetMetadataAllocatedRequest q, StreamObserver<GetMetadataAllocatedResponse> out) {
    String text = Fields.required(q.getSnapshotId(), "snapshot_id");
    SnapshotId id = parse(text);
    String about = "snapshot " + text;
    BlockScan scan = reads.ask(about, () -> pools.snapshots().allocated(id, q.getStartingOffset()));
    Messages messages = messages(about, scan, q.getMaxResults());
    Call.stream(
        out,
        () ->
            messages
                .next()
                .map(
                    blocks ->
                        GetMetadataAllocatedResponse.newBuilder()
                            .setBlockMetadataType(BlockMetadataType.VARIABLE_LENGTH)
                            .setVolumeCapacityBytes(messages.capacity())
                            .addAllBlockMetadata(blocks)
                            .build()));
  }

  @Override
  public void getMetadataDelta(
      GetMetadataDeltaRequest q, StreamObserver<GetMetadataDeltaResponse> out) {
    String older = Fields.required(q.getBaseSnapshotId(), "base_snapshot_id");
    String newer = Fields.required(q.getTargetSnapshotId(), "target_snapshot_id");
    SnapshotId base = parse(older);
    SnapshotId target = parse(newer);
    String about = "snapshots " + older + " and " + newer;
    BlockScan scan =
        reads.ask(about, () -> pools.snapshots().changed(base, target, q.getStartingOffset()));
    Messages messages = messages(about, scan, q.getMaxResults());
    Call.stream(
        out,
        () ->
            messages
                .next()
                .map(
                    blocks ->
                        GetMetadataDeltaResponse.newBuilder()
                            .setBlockMetadataType(BlockMetadataType.VARIABLE_LENGTH)
                            .setVolumeCapacityBytes(messages.capacity())
                            .addAllBlockMetadata(blocks)
                            .build()));
  }

  private Messages messages(String about, BlockScan scan, int maxResults) {
    Context call = Context.current();
    return new Messages(about, reads, scan, maxResults, call::isCancelled);
  }

  /** An id that could never have been ours is of no snapshot. */
  private static SnapshotId parse(String text) {
    return SnapshotId.parse(text)
        .orElseThrow(
            () ->
                new VolumeException.NotFound(
                    "snapshot '%s' does not exist; ids of this driver look like <pool id>.<name>"
                        .formatted(text)));
  }
}
