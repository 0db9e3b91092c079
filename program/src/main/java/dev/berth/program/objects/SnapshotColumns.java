package dev.berth.program.objects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.program.terminal.Ages;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** The columns of the kinds about snapshots, as external-snapshotter's definitions print them. */
final class SnapshotColumns {
  private static final long NANOS = 1_000_000_000L;

  private final InstantSource clock;

  SnapshotColumns(InstantSource clock) {
    this.clock = clock;
  }

  List<Column> snapshot() {
    return List.of(
        name(),
        ready(),
        Column.of("SOURCEPVC", "spec.source.persistentVolumeClaimName"),
        Column.of("SOURCESNAPSHOTCONTENT", "spec.source.volumeSnapshotContentName"),
        Column.of("RESTORESIZE", "status.restoreSize"),
        Column.of("SNAPSHOTCLASS", "spec.volumeSnapshotClassName"),
        Column.of("SNAPSHOTCONTENT", "status.boundVolumeSnapshotContentName"),
        Column.of("CREATIONTIME", o -> since(Fields.text(o, "status.creationTime"))),
        age());
  }

  List<Column> content() {
    return List.of(
        name(),
        ready(),
        Column.of("RESTORESIZE", "status.restoreSize"),
        Column.of("DELETIONPOLICY", "spec.deletionPolicy"),
        Column.of("DRIVER", "spec.driver"),
        Column.of("VOLUMESNAPSHOTCLASS", "spec.volumeSnapshotClassName"),
        Column.of("VOLUMESNAPSHOT", "spec.volumeSnapshotRef.name"),
        Column.of("VOLUMESNAPSHOTNAMESPACE", "spec.volumeSnapshotRef.namespace"),
        age(),
        Column.of("SNAPSHOTHANDLE", "status.snapshotHandle").onlyWide(),
        Column.of("CREATIONTIME", o -> since(nanos(o))).onlyWide());
  }

  List<Column> klass() {
    return List.of(
        name(),
        Column.of("DRIVER", "driver"),
        Column.of("DELETIONPOLICY", "deletionPolicy"),
        age());
  }

  List<Column> group() {
    return List.of(
        name(),
        ready(),
        Column.of("VOLUMEGROUPSNAPSHOTCLASS", "spec.volumeGroupSnapshotClassName"),
        Column.of("VOLUMEGROUPSNAPSHOTCONTENT", "status.boundVolumeGroupSnapshotContentName"),
        Column.of("CREATIONTIME", o -> since(Fields.text(o, "status.creationTime"))),
        age());
  }

  List<Column> groupContent() {
    return List.of(
        name(),
        ready(),
        Column.of("DELETIONPOLICY", "spec.deletionPolicy"),
        Column.of("DRIVER", "spec.driver"),
        Column.of("VOLUMEGROUPSNAPSHOTCLASS", "spec.volumeGroupSnapshotClassName"),
        Column.of("VOLUMEGROUPSNAPSHOTNAMESPACE", "spec.volumeGroupSnapshotRef.namespace"),
        Column.of("VOLUMEGROUPSNAPSHOT", "spec.volumeGroupSnapshotRef.name"),
        age());
  }

  private static Column name() {
    return Column.of("NAME", "metadata.name");
  }

  private static Column ready() {
    return Column.status("READYTOUSE", o -> Fields.text(o, "status.readyToUse"));
  }

  private Column age() {
    return Column.of("AGE", o -> since(Fields.text(o, "metadata.creationTimestamp")));
  }

  private String since(String time) {
    return time.isEmpty() ? "" : Ages.since(time, clock.instant());
  }

  private static String nanos(JsonNode content) {
    long nanos = Fields.at(content, "status.creationTime").asLong(0);
    return nanos == 0 ? "" : Instant.ofEpochSecond(nanos / NANOS).toString();
  }
}
