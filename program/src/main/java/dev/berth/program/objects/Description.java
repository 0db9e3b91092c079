package dev.berth.program.objects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.program.control.ControlClient;
import dev.berth.program.control.Request;
import dev.berth.program.control.Request.Verb;
import dev.berth.program.terminal.Style;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The page that describe prints of one object. */
final class Description {
  private final ControlClient client;
  private final Style style;
  private final InstantSource clock;

  Description(ControlClient client, Style style, InstantSource clock) {
    this.client = client;
    this.style = style;
    this.clock = clock;
  }

  String of(Resource resource, JsonNode object) {
    Sheet sheet = new Sheet(style);
    switch (resource) {
      case CLAIM -> claim(sheet, object);
      case VOLUME -> volume(sheet, object);
      case POD -> pod(sheet, object);
      case STORAGE_CLASS -> storageClass(sheet, object);
      case SECRET -> secret(sheet, object);
      case SNAPSHOT, SNAPSHOT_CONTENT, GROUP_SNAPSHOT, GROUP_CONTENT -> {
        if (resource.isNamespaced()) {
          head(sheet, object);
        } else {
          sheet.line("Name", Fields.name(object));
        }
        meta(sheet, object);
        sheet.section("Spec", () -> sheet.tree(Fields.at(object, "spec")));
        sheet.section("Status", () -> sheet.tree(Fields.at(object, "status")));
      }
      case NODE,
          EVENT,
          NAMESPACE,
          CONFIG_MAP,
          CSI_DRIVER,
          ATTRIBUTES_CLASS,
          SNAPSHOT_CLASS,
          GROUP_CLASS ->
          sheet.tree(object);
    }
    if (resource != Resource.EVENT) {
      events(sheet, resource, object);
    }
    return sheet.toString();
  }

  private void claim(Sheet sheet, JsonNode claim) {
    head(sheet, claim);
    sheet.line("StorageClass", Fields.text(claim, "spec.storageClassName"));
    sheet.line("Status", Columns.phase(claim));
    sheet.line("Volume", Fields.text(claim, "spec.volumeName"));
    meta(sheet, claim);
    sheet.line("Requested", Fields.text(claim, "spec.resources.requests.storage"));
    sheet.line("Capacity", Fields.text(claim, "status.capacity.storage"));
    sheet.line("Access Modes", Columns.accessModes(claim, "spec.accessModes"));
    sheet.line("VolumeMode", Fields.text(claim, "spec.volumeMode", "Filesystem"));
    sheet.present("VolumeAttributesClass", claim, "spec.volumeAttributesClassName");
    sheet.present("Current VAC", claim, "status.currentVolumeAttributesClassName");
    sheet.present("Modify Status", claim, "status.modifyVolumeStatus.status");
    String source =
        Fields.text(claim, "spec.dataSource.kind", Fields.text(claim, "spec.dataSourceRef.kind"));
    if (!source.isEmpty()) {
      String from =
          Fields.text(claim, "spec.dataSource.name", Fields.text(claim, "spec.dataSourceRef.name"));
      sheet.line("DataSource", source + "/" + from);
    }
    sheet.several("Selector", selector(claim));
    sheet.several("Used By", users(claim));
    conditions(sheet, claim);
  }

  /** Which volumes it takes, one condition on a line: {@code disk In ssd, nvme}. */
  private static List<String> selector(JsonNode claim) {
    List<String> all = new ArrayList<>();
    Fields.entries(
        claim, "spec.selector.matchLabels", (key, value) -> all.add(key + " = " + value));
    Fields.at(claim, "spec.selector.matchExpressions").forEach(e -> all.add(expression(e)));
    return all;
  }

  private static String expression(JsonNode e) {
    String values = String.join(", ", Fields.texts(e, "values"));
    return (Fields.text(e, "key") + " " + Fields.text(e, "operator") + " " + values).strip();
  }

  private List<String> users(JsonNode claim) {
    List<String> users = new ArrayList<>();
    for (JsonNode pod :
        client.list(Request.of(Verb.GET, Resource.POD.kind(), Fields.namespace(claim), ""))) {
      for (JsonNode volume : Fields.at(pod, "spec.volumes")) {
        if (Fields.text(volume, "persistentVolumeClaim.claimName").equals(Fields.name(claim))) {
          users.add(Fields.name(pod));
        }
      }
    }
    return users;
  }

  private static void volume(Sheet sheet, JsonNode volume) {
    sheet.line("Name", Fields.name(volume));
    meta(sheet, volume);
    sheet.line("StorageClass", Fields.text(volume, "spec.storageClassName"));
    sheet.line("Status", Columns.phase(volume));
    sheet.present("Reason", volume, "status.reason");
    sheet.present("Message", volume, "status.message");
    sheet.line("Claim", Columns.claimOf(volume));
    sheet.line("Reclaim Policy", Fields.text(volume, "spec.persistentVolumeReclaimPolicy"));
    sheet.line("Access Modes", Columns.accessModes(volume, "spec.accessModes"));
    sheet.line("VolumeMode", Fields.text(volume, "spec.volumeMode", "Filesystem"));
    sheet.present("VolumeAttributesClass", volume, "spec.volumeAttributesClassName");
    sheet.line("Capacity", Fields.text(volume, "spec.capacity.storage"));
    sheet.several("Mount Options", Fields.texts(volume, "spec.mountOptions"));
    sheet.several("Node Affinity", affinity(volume));
    sheet.section(
        "Source",
        () ->
            List.of("csi", "hostPath", "local", "nfs")
                .forEach(
                    type -> {
                      JsonNode source = Fields.at(volume, "spec." + type);
                      if (source.isObject()) {
                        sheet.line("Type", type).tree(source);
                      }
                    }));
  }

  /** Each term on a line: {@code topology.local.berth.dev/node In node-1}. */
  private static List<String> affinity(JsonNode volume) {
    List<String> terms = new ArrayList<>();
    for (JsonNode term : Fields.at(volume, "spec.nodeAffinity.required.nodeSelectorTerms")) {
      List<String> all = new ArrayList<>();
      term.path("matchExpressions").forEach(e -> all.add(expression(e)));
      terms.add(String.join(" and ", all));
    }
    return terms;
  }

  private void pod(Sheet sheet, JsonNode pod) {
    head(sheet, pod);
    sheet.line("Node", Fields.text(pod, "spec.nodeName"));
    sheet.line("Status", Columns.phase(pod));
    sheet.present("Reason", pod, "status.reason");
    sheet.present("Message", pod, "status.message");
    meta(sheet, pod);
    List<JsonNode> mounts =
        client.list(
            Request.of(Verb.MOUNTS, Resource.POD.kind(), Fields.namespace(pod), Fields.name(pod)));
    sheet.section(
        "Containers",
        () ->
            Fields.at(pod, "spec.containers")
                .forEach(
                    container ->
                        sheet.section(
                            Fields.text(container, "name"),
                            () -> container(sheet, container, mounts))));
    sheet.section(
        "Volumes",
        () ->
            mounts.forEach(m -> sheet.section(Fields.text(m, "volume"), () -> mounted(sheet, m))));
    conditions(sheet, pod);
  }

  private static void container(Sheet sheet, JsonNode container, List<JsonNode> mounts) {
    sheet.line("Image", Fields.text(container, "image"));
    List<String> lines = new ArrayList<>();
    for (String list : List.of("volumeMounts", "volumeDevices")) {
      for (JsonNode mount : container.path(list)) {
        String name = Fields.text(mount, "name");
        String host =
            mounts.stream()
                .filter(m -> Fields.text(m, "volume").equals(name))
                .map(m -> Fields.text(m, "path"))
                .findFirst()
                .orElse("");
        String inside = Fields.text(mount, "mountPath", Fields.text(mount, "devicePath"));
        String mode = mount.path("readOnly").asBoolean(false) ? "ro" : "rw";
        lines.add(
            inside + " from " + name + " (" + mode + ")" + (host.isEmpty() ? "" : " = " + host));
      }
    }
    sheet.several("Mounts", lines);
  }

  private static void mounted(Sheet sheet, JsonNode mount) {
    sheet.line("Type", Fields.text(mount, "type"));
    sheet.present("Claim", mount, "claim");
    sheet.present("PersistentVolume", mount, "persistentVolume");
    sheet.present("Mounted At", mount, "path");
    sheet.present("State", mount, "state");
    sheet.present("Device", mount, "device");
    sheet.present("Filesystem", mount, "filesystem");
    sheet.present("Options", mount, "options");
    sheet.present("Size", mount, "size");
    sheet.present("Used", mount, "used");
  }

  private static void storageClass(Sheet sheet, JsonNode storageClass) {
    sheet.line("Name", Fields.name(storageClass));
    sheet.line("IsDefaultClass", Columns.isDefault(storageClass) ? "Yes" : "No");
    meta(sheet, storageClass);
    sheet.line("Provisioner", Fields.text(storageClass, "provisioner"));
    sheet.map("Parameters", storageClass, "parameters");
    sheet.line("AllowVolumeExpansion", Fields.text(storageClass, "allowVolumeExpansion", "false"));
    sheet.several("MountOptions", Fields.texts(storageClass, "mountOptions"));
    sheet.line("ReclaimPolicy", Fields.text(storageClass, "reclaimPolicy", "Delete"));
    sheet.line("VolumeBindingMode", Fields.text(storageClass, "volumeBindingMode", "Immediate"));
  }

  private static void secret(Sheet sheet, JsonNode secret) {
    head(sheet, secret);
    meta(sheet, secret);
    sheet.line("Type", Fields.text(secret, "type"));
    List<String> keys = new ArrayList<>();
    Fields.entries(secret, "data", (key, value) -> keys.add(key + ": " + bytes(value) + " bytes"));
    sheet.several("Data", keys);
  }

  /** How many bytes this base64 is of. */
  private static int bytes(String base64) {
    int padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
    return base64.length() * 3 / 4 - padding;
  }

  private static void head(Sheet sheet, JsonNode object) {
    sheet.line("Name", Fields.name(object));
    sheet.line("Namespace", Fields.namespace(object));
  }

  private static void meta(Sheet sheet, JsonNode object) {
    sheet.map("Labels", object, "metadata.labels");
    List<String> annotations = new ArrayList<>();
    Fields.entries(
        object,
        "metadata.annotations",
        (key, value) -> {
          if (!key.equals("kubectl.kubernetes.io/last-applied-configuration")) {
            annotations.add(key + ": " + value);
          }
        });
    sheet.several("Annotations", annotations);
    sheet.several("Finalizers", Fields.texts(object, "metadata.finalizers"));
    sheet.present("Deleted", object, "metadata.deletionTimestamp");
  }

  private static void conditions(Sheet sheet, JsonNode object) {
    if (!Fields.at(object, "status.conditions").isEmpty()) {
      sheet.section(
          "Conditions",
          () ->
              Fields.at(object, "status.conditions")
                  .forEach(
                      c ->
                          sheet.line(
                              Fields.text(c, "type"),
                              (Fields.text(c, "status")
                                      + "  "
                                      + Fields.text(c, "reason")
                                      + "  "
                                      + Fields.text(c, "message"))
                                  .strip())));
    }
  }

  private void events(Sheet sheet, Resource resource, JsonNode object) {
    // Events of a cluster-scoped object lie in the namespace default.
    String where = Fields.text(object, "metadata.namespace", "default");
    List<JsonNode> events =
        client.list(Request.of(Verb.GET, Resource.EVENT.kind(), where, "")).stream()
            .filter(e -> Fields.text(e, "involvedObject.kind").equals(resource.kind()))
            .filter(
                e ->
                    Fields.text(e, "involvedObject.uid", Fields.text(object, "metadata.uid"))
                        .equals(Fields.text(object, "metadata.uid")))
            .filter(e -> Fields.text(e, "involvedObject.name").equals(Fields.name(object)))
            .sorted(EventsCommand.BY_TIME)
            .toList();
    sheet.section(
        "Events", () -> new EventTable(clock, style).lines(events).forEach(sheet::verbatim));
  }
}
