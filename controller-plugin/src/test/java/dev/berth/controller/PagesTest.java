package dev.berth.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.csi.v1.CreateSnapshotRequest;
import dev.berth.csi.v1.DeleteSnapshotRequest;
import dev.berth.csi.v1.DeleteVolumeRequest;
import dev.berth.csi.v1.ListSnapshotsRequest;
import dev.berth.csi.v1.ListVolumesRequest;
import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists in pages, while what they list comes and goes. */
class PagesTest {
  private static final int ROUNDS = 40;
  @TempDir Path dir;
  private RunningController running;

  @BeforeEach
  void start() {
    running = new RunningController(dir);
  }

  @AfterEach
  void stop() {
    running.close();
  }

  @Test
  void what_is_there_all_along_is_neither_missed_nor_told_twice() throws Exception {
    List<String> volumes = IntStream.range(0, 8).mapToObj(i -> volume("keep-" + i * 7)).toList();
    List<String> snapshots =
        IntStream.range(0, 8).mapToObj(i -> cut("keep-" + i * 7, volumes.get(i))).toList();
    AtomicBoolean ended = new AtomicBoolean();
    try (ExecutorService others = Executors.newFixedThreadPool(2)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        int number = i;
        all.add(others.submit(() -> comeAndGo(number, ended)));
      }
      try {
        for (int round = 0; round < ROUNDS; round++) {
          int size = 1 + round % 4;
          assertThat(volumes(size)).doesNotHaveDuplicates().containsAll(volumes);
          assertThat(snapshots(size)).doesNotHaveDuplicates().containsAll(snapshots);
        }
      } finally {
        ended.set(true);
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    assertThat(volumes(3)).containsExactlyElementsOf(volumes.stream().sorted().toList());
    assertThat(snapshots(3)).containsExactlyElementsOf(snapshots.stream().sorted().toList());
  }

  private void comeAndGo(int number, AtomicBoolean ended) {
    for (int i = 0; !ended.get(); i++) {
      String name = "go-" + i % 50 + "-" + number;
      String volume = volume((i % 2 == 0 ? "a" : "z") + name);
      String snapshot = cut((i % 2 == 0 ? "z" : "a") + name, volume);
      var _ =
          running
              .controller()
              .deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(volume).build());
      var _ =
          running
              .controller()
              .deleteSnapshot(DeleteSnapshotRequest.newBuilder().setSnapshotId(snapshot).build());
    }
  }

  private List<String> volumes(int size) {
    List<String> all = new ArrayList<>();
    String token = "";
    do {
      var page =
          running
              .controller()
              .listVolumes(
                  ListVolumesRequest.newBuilder()
                      .setMaxEntries(size)
                      .setStartingToken(token)
                      .build());
      page.getEntriesList().forEach(entry -> all.add(entry.getVolume().getVolumeId()));
      token = page.getNextToken();
    } while (!token.isEmpty());
    return all;
  }

  private List<String> snapshots(int size) {
    List<String> all = new ArrayList<>();
    String token = "";
    do {
      var page =
          running
              .controller()
              .listSnapshots(
                  ListSnapshotsRequest.newBuilder()
                      .setMaxEntries(size)
                      .setStartingToken(token)
                      .build());
      page.getEntriesList().forEach(entry -> all.add(entry.getSnapshot().getSnapshotId()));
      token = page.getNextToken();
    } while (!token.isEmpty());
    return all;
  }

  private String volume(String name) {
    return running
        .controller()
        .createVolume(Requests.create(name, Requests.block(Mode.SINGLE_NODE_WRITER)).build())
        .getVolume()
        .getVolumeId();
  }

  private String cut(String name, String volume) {
    return running
        .controller()
        .createSnapshot(
            CreateSnapshotRequest.newBuilder().setName(name).setSourceVolumeId(volume).build())
        .getSnapshot()
        .getSnapshotId();
  }
}
