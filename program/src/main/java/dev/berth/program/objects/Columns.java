package dev.berth.program.objects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.program.terminal.Ages;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The columns of each kind: kubectl's headings in kubectl's order. */
final class Columns {
  private static final String DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

  private final InstantSource clock;
  private final SnapshotColumns snapshots;

  Columns(InstantSource clock) {
    this.clock = clock;
    this.snapshots = new SnapshotColumns(clock);
  }

  List<Column> of(Resource resource) {
    return switch (resource) {
      case CLAIM -> claim();
      case VOLUME -> volume();
      case STORAGE_CLASS -> storageClass();
      case POD -> pod();
      case NODE -> node();
      case EVENT -> event();
      case NAMESPACE -> List.of(name(), Column.status("STATUS", o -> phase(o)), age());
      case CONFIG_MAP -> List.of(name(), Column.of("DATA", o -> count(o, "data")), age());
      case SECRET ->
          List.of(
              name(), Column.of("TYPE", "type"), Column.of("DATA", o -> count(o, "data")), age());
      case CSI_DRIVER -> csiDriver();
      case ATTRIBUTES_CLASS -> List.of(name(), Column.of("DRIVERNAME", "driverName"), age());
      case SNAPSHOT -> snapshots.snapshot();
      case SNAPSHOT_CONTENT -> snapshots.content();
      case SNAPSHOT_CLASS -> snapshots.klass();
      case GROUP_SNAPSHOT -> snapshots.group();
      case GROUP_CONTENT -> snapshots.groupContent();
      case GROUP_CLASS -> snapshots.klass();
    };
  }

  private List<Column> claim() {
    return List.of(
        name(),
        Column.status("STATUS", Columns::phase),
        Column.of("VOLUME", "spec.volumeName"),
        Column.of("CAPACITY", "status.capacity.storage"),
        Column.of("ACCESS MODES", o -> accessModes(o, "status.accessModes")),
        Column.of("STORAGECLASS", "spec.storageClassName"),
        Column.of("VOLUMEATTRIBUTESCLASS", o -> unset(o, "spec.volumeAttributesClassName")),
        age(),
        Column.of("VOLUMEMODE", "spec.volumeMode").onlyWide());
  }

  private List<Column> volume() {
    return List.of(
        name(),
        Column.of("CAPACITY", "spec.capacity.storage"),
        Column.of("ACCESS MODES", o -> accessModes(o, "spec.accessModes")),
        Column.of("RECLAIM POLICY", "spec.persistentVolumeReclaimPolicy"),
        Column.status("STATUS", Columns::phase),
        Column.of("CLAIM", Columns::claimOf),
        Column.of("STORAGECLASS", "spec.storageClassName"),
        Column.of("VOLUMEATTRIBUTESCLASS", o -> unset(o, "spec.volumeAttributesClassName")),
        Column.of("REASON", "status.reason"),
        age(),
        Column.of("VOLUMEMODE", "spec.volumeMode").onlyWide(),
        Column.of("VOLUMEHANDLE", "spec.csi.volumeHandle").onlyWide());
  }

  private List<Column> storageClass() {
    return List.of(
        Column.of("NAME", o -> Fields.name(o) + (isDefault(o) ? " (default)" : "")),
        Column.of("PROVISIONER", "provisioner"),
        Column.of("RECLAIMPOLICY", o -> Fields.text(o, "reclaimPolicy", "Delete")),
        Column.of("VOLUMEBINDINGMODE", o -> Fields.text(o, "volumeBindingMode", "Immediate")),
        Column.of("ALLOWVOLUMEEXPANSION", o -> Fields.text(o, "allowVolumeExpansion", "false")),
        age());
  }

  private List<Column> pod() {
    return List.of(
        name(),
        Column.of("READY", Columns::ready),
        Column.status("STATUS", Columns::podStatus),
        Column.of("RESTARTS", _ -> "0"),
        age(),
        Column.of("NODE", o -> unset(o, "spec.nodeName")).onlyWide(),
        Column.of("MESSAGE", "status.message").onlyWide());
  }

  private List<Column> node() {
    return List.of(
        name(),
        Column.status("STATUS", Columns::nodeStatus),
        Column.of("ROLES", _ -> "<none>"),
        age(),
        Column.of("VERSION", o -> unset(o, "status.nodeInfo.kubeletVersion")));
  }

  private List<Column> event() {
    return List.of(
        Column.of("LAST SEEN", this::lastSeen),
        Column.status("TYPE", o -> Fields.text(o, "type")),
        Column.of("REASON", "reason"),
        Column.of("OBJECT", Columns::about),
        Column.of("MESSAGE", "message"));
  }

  private List<Column> csiDriver() {
    return List.of(
        name(),
        Column.of("ATTACHREQUIRED", o -> Fields.text(o, "spec.attachRequired", "true")),
        Column.of("STORAGECAPACITY", o -> Fields.text(o, "spec.storageCapacity", "false")),
        Column.of("MODES", o -> String.join(",", Fields.texts(o, "spec.volumeLifecycleModes"))),
        age());
  }

  private static Column name() {
    return Column.of("NAME", "metadata.name");
  }

  private Column age() {
    return Column.of(
        "AGE", o -> Ages.since(Fields.text(o, "metadata.creationTimestamp"), clock.instant()));
  }

  private String lastSeen(JsonNode event) {
    String last = Fields.text(event, "lastTimestamp", Fields.text(event, "eventTime"));
    String age = Ages.since(last, clock.instant());
    int count = Fields.at(event, "count").asInt(1);
    return count > 1
        ? age
            + " (x"
            + count
            + " over "
            + Ages.since(Fields.text(event, "firstTimestamp"), clock.instant())
            + ")"
        : age;
  }

  /** {@code persistentvolumeclaim/data}. */
  static String about(JsonNode event) {
    String kind = Fields.text(event, "involvedObject.kind");
    return Resource.ofKind(kind).map(r -> r.kind().toLowerCase(Locale.ROOT)).orElse(kind)
        + "/"
        + Fields.text(event, "involvedObject.name");
  }

  static String phase(JsonNode object) {
    return Fields.isBeingDeleted(object)
        ? "Terminating"
        : Fields.text(object, "status.phase", "Pending");
  }

  /** As kubectl: the reason where there is one, else the phase. */
  static String podStatus(JsonNode pod) {
    return Fields.isBeingDeleted(pod)
        ? "Terminating"
        : Fields.text(pod, "status.reason", phase(pod));
  }

  private static String nodeStatus(JsonNode node) {
    return StreamSupport.stream(Fields.at(node, "status.conditions").spliterator(), false)
            .anyMatch(
                c ->
                    Fields.text(c, "type").equals("Ready")
                        && Fields.text(c, "status").equals("True"))
        ? "Ready"
        : "NotReady";
  }

  private static String ready(JsonNode pod) {
    long ready =
        StreamSupport.stream(Fields.at(pod, "status.containerStatuses").spliterator(), false)
            .filter(c -> c.path("ready").asBoolean(false))
            .count();
    return ready + "/" + Fields.at(pod, "spec.containers").size();
  }

  /** RWO, ROX, RWX, RWOP, as kubectl shortens them. */
  static String accessModes(JsonNode object, String path) {
    return Fields.texts(object, path).stream()
        .map(
            mode ->
                switch (mode) {
                  case "ReadWriteOnce" -> "RWO";
                  case "ReadOnlyMany" -> "ROX";
                  case "ReadWriteMany" -> "RWX";
                  case "ReadWriteOncePod" -> "RWOP";
                  default -> mode;
                })
        .collect(Collectors.joining(","));
  }

  static String claimOf(JsonNode volume) {
    String name = Fields.text(volume, "spec.claimRef.name");
    return name.isEmpty() ? "" : Fields.text(volume, "spec.claimRef.namespace") + "/" + name;
  }

  static boolean isDefault(JsonNode storageClass) {
    return storageClass
        .path("metadata")
        .path("annotations")
        .path(DEFAULT_CLASS)
        .asText("")
        .equals("true");
  }

  private static String unset(JsonNode object, String path) {
    return Fields.text(object, path, "<unset>");
  }

  private static String count(JsonNode object, String path) {
    return String.valueOf(Fields.at(object, path).size());
  }
}
