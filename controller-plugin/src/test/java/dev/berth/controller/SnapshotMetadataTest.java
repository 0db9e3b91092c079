package dev.berth.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.csi.v1.BlockMetadata;
import dev.berth.csi.v1.BlockMetadataType;
import dev.berth.csi.v1.CreateSnapshotRequest;
import dev.berth.csi.v1.GetMetadataAllocatedRequest;
import dev.berth.csi.v1.GetMetadataAllocatedResponse;
import dev.berth.csi.v1.GetMetadataDeltaRequest;
import dev.berth.csi.v1.GetMetadataDeltaResponse;
import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import dev.berth.storage.VolumeId;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotMetadataTest {
  private static final long SIZE = 32 << 20;
  private static final int BLOCK = 4096;
  private final Random random = new Random(1);
  @TempDir Path dir;
  private RunningController running;
  private String volume = "";
  private String base = "";
  private String target = "";

  /** Every other block of eight is written in the base, and the first two anew in the target. */
  @BeforeEach
  void start() throws IOException {
    running = new RunningController(dir);
    volume = volume("data");
    write(volume, 0, 2, 4, 6);
    base = cut("base", volume);
    write(volume, 0, 2);
    target = cut("target", volume);
  }

  @AfterEach
  void stop() {
    running.close();
  }

  @Test
  void what_differs_comes_in_messages_of_the_size_asked() {
    List<GetMetadataDeltaResponse> messages = delta(q -> q.setMaxResults(1));
    assertThat(messages).hasSize(2);
    assertThat(messages)
        .allSatisfy(
            m -> {
              assertThat(m.getBlockMetadataType()).isEqualTo(BlockMetadataType.VARIABLE_LENGTH);
              assertThat(m.getVolumeCapacityBytes()).isEqualTo(SIZE);
            });
    assertThat(messages).extracting(m -> m.getBlockMetadata(0)).containsExactly(block(0), block(2));
    assertThat(delta(q -> {})).hasSize(1);
    assertThat(delta(q -> q.setStartingOffset(BLOCK)).getFirst().getBlockMetadataList())
        .containsExactly(block(2));
    assertThat(delta(q -> q.setStartingOffset(SIZE))).isEmpty();
    assertThat(delta(q -> q.setTargetSnapshotId(base))).isEmpty();
  }

  @Test
  void what_a_snapshot_has_is_told_from_an_offset_on() {
    var all = allocated(q -> {});
    assertThat(all.getFirst().getBlockMetadataList())
        .containsExactly(block(0), block(2), block(4), block(6));
    assertThat(
            allocated(q -> q.setStartingOffset(4 * BLOCK + 17)).getFirst().getBlockMetadataList())
        .containsExactly(block(4), block(6));
  }

  @Test
  void a_bad_request_has_its_code() throws IOException {
    String other = volume("other");
    write(other, 1);
    String foreign = cut("foreign", other);
    assertThat(code(() -> allocated(q -> q.clearSnapshotId()))).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(code(() -> allocated(q -> q.setMaxResults(-1)))).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(code(() -> allocated(q -> q.setSnapshotId("none-exist-id"))))
        .isEqualTo(Code.NOT_FOUND);
    assertThat(code(() -> allocated(q -> q.setStartingOffset(-1)))).isEqualTo(Code.OUT_OF_RANGE);
    assertThat(code(() -> allocated(q -> q.setStartingOffset(SIZE + 1))))
        .isEqualTo(Code.OUT_OF_RANGE);
    assertThat(code(() -> delta(q -> q.clearBaseSnapshotId()))).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(code(() -> delta(q -> q.clearTargetSnapshotId()))).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(code(() -> delta(q -> q.setBaseSnapshotId(base + "x")))).isEqualTo(Code.NOT_FOUND);
    assertThat(code(() -> delta(q -> q.setTargetSnapshotId(base + "x")))).isEqualTo(Code.NOT_FOUND);
    assertThat(code(() -> delta(q -> q.setTargetSnapshotId(foreign))))
        .isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(code(() -> delta(q -> q.setBaseSnapshotId(target).setTargetSnapshotId(base))))
        .isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(code(() -> delta(q -> q.setStartingOffset(SIZE + 1)))).isEqualTo(Code.OUT_OF_RANGE);
  }

  private List<GetMetadataAllocatedResponse> allocated(
      Consumer<GetMetadataAllocatedRequest.Builder> change) {
    var request = GetMetadataAllocatedRequest.newBuilder().setSnapshotId(base);
    change.accept(request);
    List<GetMetadataAllocatedResponse> all = new ArrayList<>();
    running.metadata().getMetadataAllocated(request.build()).forEachRemaining(all::add);
    return all;
  }

  private List<GetMetadataDeltaResponse> delta(Consumer<GetMetadataDeltaRequest.Builder> change) {
    var request =
        GetMetadataDeltaRequest.newBuilder().setBaseSnapshotId(base).setTargetSnapshotId(target);
    change.accept(request);
    List<GetMetadataDeltaResponse> all = new ArrayList<>();
    running.metadata().getMetadataDelta(request.build()).forEachRemaining(all::add);
    return all;
  }

  private static Code code(Runnable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call::run).getStatus().getCode();
  }

  private static BlockMetadata block(int number) {
    return BlockMetadata.newBuilder()
        .setByteOffset((long) number * BLOCK)
        .setSizeBytes(BLOCK)
        .build();
  }

  private String volume(String name) {
    return running
        .controller()
        .createVolume(Requests.create(name, Requests.block(Mode.SINGLE_NODE_WRITER)).build())
        .getVolume()
        .getVolumeId();
  }

  private String cut(String name, String of) {
    return running
        .controller()
        .createSnapshot(
            CreateSnapshotRequest.newBuilder().setName(name).setSourceVolumeId(of).build())
        .getSnapshot()
        .getSnapshotId();
  }

  private void write(String id, int... blocks) throws IOException {
    Path image = running.pools().get(VolumeId.parse(id).orElseThrow()).image();
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      for (int block : blocks) {
        file.seek((long) block * BLOCK);
        byte[] data = new byte[BLOCK];
        random.nextBytes(data);
        file.write(data);
      }
    }
  }
}
