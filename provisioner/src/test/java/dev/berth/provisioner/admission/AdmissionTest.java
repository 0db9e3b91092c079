package dev.berth.provisioner.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Json;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each row takes a good object, changes one field, and says what the API answers. */
final class AdmissionTest {
  private static final Map<String, String> GOOD =
      Map.of(
          "PersistentVolumeClaim",
          """
          {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "x", "namespace": "default"},
           "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "grows",
                    "resources": {"requests": {"storage": "1Gi"}}}}
          """,
          "PersistentVolume",
          """
          {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "x"},
           "spec": {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"],
                    "csi": {"driver": "local.berth.dev", "volumeHandle": "h"}}}
          """,
          "StorageClass",
          """
          {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "x"},
           "provisioner": "local.berth.dev", "parameters": {"a": "1"}}
          """,
          "Secret",
          """
          {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x", "namespace": "default"}, "data": {"k": "eA=="}}
          """,
          "ConfigMap",
          """
          {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "default"}, "data": {"k": "x"}}
          """,
          "Namespace",
          """
          {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "x"}}
          """,
          "Pod",
          """
          {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x", "namespace": "default"},
           "spec": {"containers": [{"name": "c", "image": "i", "volumeMounts": [{"name": "v", "mountPath": "/v"}]}],
                    "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "x"}}]}}
          """);

  @ParameterizedTest(name = "{0} {1} = {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '§',
      textBlock =
          """
          PersistentVolumeClaim | /metadata/name | null | metadata.name: Required value: name or generateName is required
          PersistentVolumeClaim | /metadata/name | "My_Claim" | metadata.name: Invalid value: "My_Claim": must be a lowercase RFC 1123 subdomain: a-z, 0-9, '-' and '.', each part beginning and ending with a letter or digit, at most 253 characters
          PersistentVolumeClaim | /metadata/name | "../x" | metadata.name: Invalid value: "../x": must be a lowercase RFC 1123 subdomain: a-z, 0-9, '-' and '.', each part beginning and ending with a letter or digit, at most 253 characters
          PersistentVolumeClaim | /metadata/namespace | "a.b" | metadata.namespace: Invalid value: "a.b": must be a lowercase RFC 1123 label: a-z, 0-9 and '-', beginning and ending with a letter or digit, at most 63 characters
          PersistentVolumeClaim | /metadata/labels | {"a b": ""} | metadata.labels: Invalid value: "a b": must be a name of letters, digits, '-', '_' and '.', beginning and ending with a letter or digit, at most 63 characters, with an optional DNS subdomain and '/' before it
          PersistentVolumeClaim | /metadata/labels | {"a": "b c"} | metadata.labels: Invalid value: "b c": must be empty or letters, digits, '-', '_' and '.', beginning and ending with a letter or digit, at most 63 characters
          PersistentVolumeClaim | /metadata/annotations | {"A_B/c": ""} | metadata.annotations: Invalid value: "A_B/c": must be a name of letters, digits, '-', '_' and '.', beginning and ending with a letter or digit, at most 63 characters, with an optional DNS subdomain and '/' before it
          PersistentVolumeClaim | /metadata/finalizers | ["hold"] | metadata.finalizers: Invalid value: "hold": must be qualified, such as example.com/hold
          PersistentVolumeClaim | /spec | null | spec: Required value
          PersistentVolumeClaim | /spec/accessModes | [] | spec.accessModes: Required value: at least 1 access mode is required
          PersistentVolumeClaim | /spec/accessModes | ["RWO"] | spec.accessModes: Unsupported value: "RWO": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"
          PersistentVolumeClaim | /spec/accessModes | ["ReadWriteOncePod", "ReadWriteOnce"] | spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes
          PersistentVolumeClaim | /spec/resources | null | spec.resources.requests.storage: Required value
          PersistentVolumeClaim | /spec/resources/requests/storage | "10X" | spec.resources.requests.storage: Invalid value: "10X": must be a quantity such as 10Gi
          PersistentVolumeClaim | /spec/resources/requests/storage | "10 Gi" | spec.resources.requests.storage: Invalid value: "10 Gi": must be a quantity such as 10Gi
          PersistentVolumeClaim | /spec/resources/requests/storage | "10GB" | spec.resources.requests.storage: Invalid value: "10GB": must be a quantity such as 10Gi
          PersistentVolumeClaim | /spec/resources/requests/storage | "ten" | spec.resources.requests.storage: Invalid value: "ten": must be a quantity such as 10Gi
          PersistentVolumeClaim | /spec/resources/requests/storage | "0" | spec.resources.requests.storage: Invalid value: "0": must be greater than zero
          PersistentVolumeClaim | /spec/resources/requests/storage | "-1Gi" | spec.resources.requests.storage: Invalid value: "-1Gi": must be greater than zero
          PersistentVolumeClaim | /spec/volumeMode | "block" | spec.volumeMode: Unsupported value: "block": supported values: "Block", "Filesystem"
          PersistentVolumeClaim | /spec/storageClassName | "Fast" | spec.storageClassName: Invalid value: "Fast": must be a lowercase RFC 1123 subdomain: a-z, 0-9, '-' and '.', each part beginning and ending with a letter or digit, at most 253 characters
          PersistentVolumeClaim | /spec/dataSource | {"kind": "VolumeSnapshot"} | spec.dataSource.name: Required value
          PersistentVolume | /metadata/namespace | "default" | metadata.namespace: Forbidden: not allowed on this type
          PersistentVolume | /spec/capacity | null | spec.capacity.storage: Required value
          PersistentVolume | /spec/capacity/storage | "0" | spec.capacity.storage: Invalid value: "0": must be greater than zero
          PersistentVolume | /spec/accessModes | null | spec.accessModes: Required value: at least 1 access mode is required
          PersistentVolume | /spec/csi | null | spec: Required value: must specify a volume type
          PersistentVolume | /spec/hostPath | {"path": "/a"} | spec.hostPath: Forbidden: may not specify more than 1 volume type
          PersistentVolume | /spec/csi/driver | null | spec.csi.driver: Required value
          PersistentVolume | /spec/csi/volumeHandle | "" | spec.csi.volumeHandle: Required value
          PersistentVolume | /spec/persistentVolumeReclaimPolicy | "Keep" | spec.persistentVolumeReclaimPolicy: Unsupported value: "Keep": supported values: "Delete", "Recycle", "Retain"
          PersistentVolume | /spec/volumeMode | "Raw" | spec.volumeMode: Unsupported value: "Raw": supported values: "Block", "Filesystem"
          PersistentVolume | /spec/claimRef | {"name": "c"} | spec.claimRef.namespace: Required value
          PersistentVolumeClaim | /spec/selector | {"matchLabels": {"a b": "c"}} | spec.selector.matchLabels: Invalid value: "a b": must be a name of letters, digits, '-', '_' and '.', beginning and ending with a letter or digit, at most 63 characters, with an optional DNS subdomain and '/' before it
          PersistentVolumeClaim | /spec/selector | {"matchExpressions": [{"key": "a", "operator": "In"}]} | spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'
          PersistentVolumeClaim | /spec/selector | {"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["b"]}]} | spec.selector.matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'
          PersistentVolumeClaim | /spec/selector | {"matchExpressions": [{"key": "a", "operator": "Gt", "values": ["1"]}]} | spec.selector.matchExpressions[0].operator: Unsupported value: "Gt": supported values: "DoesNotExist", "Exists", "In", "NotIn"
          PersistentVolumeClaim | /spec/selector | {"matchExpressions": [{"operator": "Exists"}]} | spec.selector.matchExpressions[0].key: Required value
          PersistentVolume | /spec/storageClassName | "Fast" | spec.storageClassName: Invalid value: "Fast": must be a lowercase RFC 1123 subdomain: a-z, 0-9, '-' and '.', each part beginning and ending with a letter or digit, at most 253 characters
          PersistentVolume | /spec/volumeAttributesClassName | "" | spec.volumeAttributesClassName: Required value: an empty string is disallowed
          PersistentVolume | /spec/nodeAffinity | {} | spec.nodeAffinity.required: Required value: must specify required node constraints
          PersistentVolume | /spec/nodeAffinity | {"required": {"nodeSelectorTerms": []}} | spec.nodeAffinity.required.nodeSelectorTerms: Required value: must have at least one node selector term
          PersistentVolume | /spec/nodeAffinity | {"required": {"nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "Gt"}]}]}} | spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified single value when `operator` is 'Lt' or 'Gt'
          StorageClass | /provisioner | null | provisioner: Required value
          StorageClass | /provisioner | "no spaces" | provisioner: Invalid value: "no spaces": must be a name of letters, digits, '-', '_' and '.', beginning and ending with a letter or digit, at most 63 characters, with an optional DNS subdomain and '/' before it
          StorageClass | /reclaimPolicy | "Recycle" | reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"
          StorageClass | /volumeBindingMode | "Later" | volumeBindingMode: Unsupported value: "Later": supported values: "Immediate", "WaitForFirstConsumer"
          Namespace | /metadata/name | "a.b" | metadata.name: Invalid value: "a.b": must be a lowercase RFC 1123 label: a-z, 0-9 and '-', beginning and ending with a letter or digit, at most 63 characters
          Pod | /spec/containers | [] | spec.containers: Required value
          Pod | /spec/containers/0/name | null | spec.containers[0].name: Required value
          Pod | /spec/containers/0/name | "C" | spec.containers[0].name: Invalid value: "C": must be a lowercase RFC 1123 label: a-z, 0-9 and '-', beginning and ending with a letter or digit, at most 63 characters
          Pod | /spec/containers/0/image | null | spec.containers[0].image: Required value
          Pod | /spec/containers/- | {"name": "c", "image": "i"} | spec.containers[1].name: Duplicate value: "c"
          Pod | /spec/restartPolicy | "Sometimes" | spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"
          Pod | /spec/volumes/0/name | null | §[spec.volumes[0].name: Required value, spec.containers[0].volumeMounts[0].name: Not found: "v"]§
          Pod | /spec/volumes/- | {"name": "v"} | spec.volumes[1].name: Duplicate value: "v"
          Pod | /spec/volumes/0/hostPath | {"path": "/a"} | spec.volumes[0].persistentVolumeClaim: Forbidden: may not specify more than 1 volume type
          Pod | /spec/volumes/0/persistentVolumeClaim/claimName | null | spec.volumes[0].persistentVolumeClaim.claimName: Required value
          Pod | /spec/volumes/0/persistentVolumeClaim/claimName | "../x" | spec.volumes[0].persistentVolumeClaim.claimName: Invalid value: "../x": must be a lowercase RFC 1123 subdomain: a-z, 0-9, '-' and '.', each part beginning and ending with a letter or digit, at most 253 characters
          Pod | /spec/volumes/- | {"name": "h", "hostPath": {"path": "a"}} | spec.volumes[1].hostPath.path: Invalid value: "a": must be an absolute path
          Pod | /spec/volumes/- | {"name": "h", "hostPath": {"path": "/a/../b"}} | spec.volumes[1].hostPath.path: Invalid value: "/a/../b": must not contain '..'
          Pod | /spec/volumes/- | {"name": "n", "nfs": {"path": "/a"}} | spec.volumes[1].nfs.server: Required value
          Pod | /spec/volumes/- | {"name": "n", "nfs": {"server": "s"}} | spec.volumes[1].nfs.path: Required value
          Pod | /spec/volumes/- | {"name": "n", "nfs": {"server": "s", "path": "a"}} | spec.volumes[1].nfs.path: Invalid value: "a": must be an absolute path
          Pod | /spec/volumes/- | {"name": "h", "hostPath": {}} | spec.volumes[1].hostPath.path: Required value
          Pod | /spec/volumes/- | {"name": "h", "hostPath": {"path": "/a", "type": "Folder"}} | spec.volumes[1].hostPath.type: Unsupported value: "Folder": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"
          Pod | /spec/volumes/- | {"name": "e", "emptyDir": {"medium": "memory"}} | spec.volumes[1].emptyDir.medium: Unsupported value: "memory": supported values: "", "Memory"
          Pod | /spec/volumes/- | {"name": "e", "emptyDir": {"sizeLimit": "1MB"}} | spec.volumes[1].emptyDir.sizeLimit: Invalid value: "1MB": must be a quantity such as 10Gi
          Pod | /spec/volumes/- | {"name": "e", "emptyDir": {"sizeLimit": "-1"}} | spec.volumes[1].emptyDir.sizeLimit: Invalid value: "-1": must be greater than or equal to zero
          Pod | /spec/volumes/- | {"name": "m", "configMap": {}} | spec.volumes[1].configMap.name: Required value
          Pod | /spec/volumes/- | {"name": "m", "configMap": {"name": "x", "defaultMode": 512}} | spec.volumes[1].configMap.defaultMode: Invalid value: "512": must be a number between 0 and 0777 (octal), both inclusive; in decimal 0 to 511
          Pod | /spec/volumes/- | {"name": "m", "configMap": {"name": "x", "items": [{"key": "k", "path": "a/../b"}]}} | spec.volumes[1].configMap.items[0].path: Invalid value: "a/../b": must not contain '..'
          Pod | /spec/volumes/- | {"name": "m", "secret": {"secretName": "x", "items": [{"path": "/a"}]}} | §[spec.volumes[1].secret.items[0].key: Required value, spec.volumes[1].secret.items[0].path: Invalid value: "/a": must be a relative path]§
          Pod | /spec/volumes/- | {"name": "m", "downwardAPI": {"items": [{"path": "..a"}]}} | §[spec.volumes[1].downwardAPI.items[0].path: Invalid value: "..a": must not start with '..', spec.volumes[1].downwardAPI.items[0]: Required value: exactly one of fieldRef and resourceFieldRef must be specified]§
          Pod | /spec/volumes/- | {"name": "m", "projected": {"sources": [{"secret": {"name": "x", "items": [{"key": "k", "path": "p"}]}}, {"configMap": {"name": "x", "items": [{"key": "k", "path": "p"}]}}]}} | spec.volumes[1].projected.sources[1].configMap.items[0].path: Invalid value: "p": conflicting duplicate paths
          Secret | /data/a~1b | "eA==" | data: Invalid value: "a/b": must be letters, digits, '-', '_' and '.', at most 253 characters, and must not be '.' nor begin with '..'
          Secret | /data/k | "not base64!" | data[k]: Invalid value: must be base64; plain text goes into stringData
          ConfigMap | /data/..x | "y" | data: Invalid value: "..x": must be letters, digits, '-', '_' and '.', at most 253 characters, and must not be '.' nor begin with '..'
          ConfigMap | /binaryData | {"k": "eA=="} | data[k]: Invalid value: "k": duplicate of key present in binaryData
          Pod | /spec/volumes/- | {"name": "g", "ephemeral": {}} | spec.volumes[1].ephemeral.volumeClaimTemplate: Required value
          Pod | /spec/volumes/- | {"name": "g", "ephemeral": {"volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"]}}}} | spec.volumes[1].ephemeral.volumeClaimTemplate.spec.resources.requests.storage: Required value
          Pod | /spec/containers/0/volumeMounts/0/name | "w" | spec.containers[0].volumeMounts[0].name: Not found: "w"
          Pod | /spec/containers/0/volumeMounts/0/mountPath | null | spec.containers[0].volumeMounts[0].mountPath: Required value
          Pod | /spec/containers/0/volumeMounts/0/mountPath | "v" | spec.containers[0].volumeMounts[0].mountPath: Invalid value: "v": must be an absolute path
          Pod | /spec/containers/0/volumeMounts/- | {"name": "v", "mountPath": "/v"} | spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/v": must be unique
          Pod | /spec/containers/0/volumeMounts/0/subPath | "a/../../b" | spec.containers[0].volumeMounts[0].subPath: Invalid value: "a/../../b": must not contain '..'
          Pod | /spec/containers/0/volumeDevices | [{"name": "v", "devicePath": "/dev/x"}] | spec.containers[0].volumeDevices[0].name: Invalid value: "v": must not already exist in volumeMounts
          """)
  void a_bad_field_is_named_with_its_value_and_rule(
      String kind, String path, String value, String problem) {
    HasMetadata bad = with(kind, path, value);
    String name = Objects.requireNonNullElse(bad.getMetadata().getName(), "");
    String group = kind.equals("StorageClass") ? ".storage.k8s.io" : "";
    assertThatExceptionOfType(ClusterException.Invalid.class)
        .isThrownBy(() -> Admission.admitNew(Kind.of(bad), bad))
        .withMessage(kind + group + " \"" + name + "\" is invalid: " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '§',
      textBlock =
          """
          "nfs": {"path": "/a"} | spec.nfs.server: Required value
          "nfs": {"server": "s", "path": "a"} | spec.nfs.path: Invalid value: "a": must be an absolute path
          "local": {"path": "/a/../b"}, "nodeAffinity": {"required": {"nodeSelectorTerms": [{}]}} | spec.local.path: Invalid value: "/a/../b": must not contain '..'
          "local": {"path": "/a"} | spec.nodeAffinity: Required value: Local volume requires node affinity
          "hostPath": {"path": "/./"}, "persistentVolumeReclaimPolicy": "Recycle" | spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'
          "hostPath": {"path": "/a"}, "volumeAttributesClassName": "gold" | spec.csi: Required value: has to be specified when using volumeAttributesClassName
          """)
  void a_volume_made_by_hand_is_held_to_the_rules_of_its_kind(String source, String problem) {
    HasMetadata bad =
        with(
            "PersistentVolume",
            "/spec",
            "{\"capacity\": {\"storage\": \"1Gi\"}, \"accessModes\": [\"ReadWriteOnce\"], "
                + source
                + "}");
    assertThatExceptionOfType(ClusterException.Invalid.class)
        .isThrownBy(() -> Admission.admitNew(Kind.VOLUME, bad))
        .withMessage("PersistentVolume \"x\" is invalid: " + problem);
  }

  @ParameterizedTest
  @CsvSource({"1", "1e9", "1.5Gi", ".5Gi", "320Mi", "1000k", "100m", "+1Ti", "7E"})
  void every_form_of_a_quantity_is_a_size(String size) {
    HasMetadata claim =
        with("PersistentVolumeClaim", "/spec/resources/requests/storage", '"' + size + '"');
    Admission.admitNew(Kind.of(claim), claim);
    assertThat(Json.tree(claim).at("/spec/resources/requests/storage").asText()).isEqualTo(size);
  }

  @Test
  void what_was_left_out_is_filled_in() {
    PersistentVolumeClaim claim =
        (PersistentVolumeClaim) with("PersistentVolumeClaim", "/metadata/namespace", "null");
    Admission.admitNew(Kind.CLAIM, claim);
    assertThat(claim.getMetadata().getNamespace()).isEqualTo("default");
    assertThat(claim.getMetadata().getFinalizers()).containsExactly("kubernetes.io/pvc-protection");
    assertThat(claim.getSpec().getVolumeMode()).isEqualTo("Filesystem");

    PersistentVolume volume = (PersistentVolume) good("PersistentVolume");
    Admission.admitNew(Kind.VOLUME, volume);
    assertThat(volume.getMetadata().getFinalizers()).containsExactly("kubernetes.io/pv-protection");
    assertThat(volume.getSpec().getPersistentVolumeReclaimPolicy()).isEqualTo("Retain");

    StorageClass klass = (StorageClass) good("StorageClass");
    Admission.admitNew(Kind.STORAGE_CLASS, klass);
    assertThat(klass.getReclaimPolicy()).isEqualTo("Delete");
    assertThat(klass.getVolumeBindingMode()).isEqualTo("Immediate");

    Pod pod = (Pod) with("Pod", "/spec/volumes/-", "{\"name\": \"e\"}");
    Admission.admitNew(Kind.POD, pod);
    assertThat(pod.getSpec().getRestartPolicy()).isEqualTo("Always");
    assertThat(pod.getSpec().getVolumes().get(1).getEmptyDir()).isNotNull();
  }

  @Test
  void every_fault_is_told_at_once() {
    PersistentVolumeClaim claim =
        (PersistentVolumeClaim) with("PersistentVolumeClaim", "/spec", "{\"volumeMode\": \"x\"}");
    assertThatExceptionOfType(ClusterException.Invalid.class)
        .isThrownBy(() -> Admission.admitNew(Kind.CLAIM, claim))
        .withMessage(
            "PersistentVolumeClaim \"x\" is invalid: [spec.accessModes: Required value: at least 1"
                + " access mode is required, spec.resources.requests.storage: Required value,"
                + " spec.volumeMode: Unsupported value: \"x\": supported values: \"Block\","
                + " \"Filesystem\"]");
  }

  @ParameterizedTest(name = "{0} {1} = {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '§',
      textBlock =
          """
          PersistentVolumeClaim | /spec/accessModes | ["ReadWriteMany"] | spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims; changed here: accessModes
          PersistentVolumeClaim | /spec/storageClassName | "other" | spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims; changed here: storageClassName
          PersistentVolumeClaim | /spec/resources/requests/storage | "2Gi" | spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims; changed here: resources
          PersistentVolume | /spec/csi/volumeHandle | "other" | spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation
          PersistentVolume | /spec/volumeMode | "Block" | spec.volumeMode: Invalid value: "Block": field is immutable
          StorageClass | /provisioner | "other.dev" | provisioner: Forbidden: updates to provisioner are forbidden.
          StorageClass | /parameters/a | "2" | parameters: Forbidden: updates to parameters are forbidden.
          StorageClass | /reclaimPolicy | "Retain" | reclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden.
          StorageClass | /volumeBindingMode | "WaitForFirstConsumer" | volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable
          Pod | /spec/volumes/0/persistentVolumeClaim/claimName | "other" | spec: Forbidden: pod updates may not change fields other than spec.containers[*].image, spec.initContainers[*].image, spec.activeDeadlineSeconds, spec.tolerations; changed here: volumes
          """)
  void what_is_fixed_cannot_change(String kind, String path, String value, String problem) {
    HasMetadata stored = admitted(good(kind));
    HasMetadata next = with(kind, path, value);
    assertThatExceptionOfType(ClusterException.Invalid.class)
        .isThrownBy(() -> change(stored, next))
        .withMessageEndingWith("is invalid: " + problem);
  }

  @ParameterizedTest(name = "{0} {1} = {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '§',
      textBlock =
          """
          PersistentVolumeClaim | /spec/volumeName | "pv"
          PersistentVolumeClaim | /metadata/labels | {"a": "b"}
          PersistentVolume | /spec/claimRef | {"namespace": "n", "name": "c"}
          PersistentVolume | /spec/persistentVolumeReclaimPolicy | "Delete"
          PersistentVolume | /spec/capacity/storage | "2Gi"
          StorageClass | /allowVolumeExpansion | true
          Pod | /spec/nodeName | "n"
          Pod | /spec/containers/0/image | "j"
          """)
  void what_may_change_changes(String kind, String path, String value) {
    change(admitted(good(kind)), with(kind, path, value));
  }

  @Test
  void a_bound_claim_grows_where_its_class_allows_it_and_never_shrinks() {
    PersistentVolumeClaim bound = bound("grows");
    change(bound, sized(bound, "2Gi"));
    assertThatExceptionOfType(ClusterException.Invalid.class)
        .isThrownBy(() -> change(bound, sized(bound, "512Mi")))
        .withMessageEndingWith(
            "spec.resources.requests.storage: Forbidden: field can not be less than"
                + " status.capacity: a volume never shrinks, and only a growth that has not"
                + " happened yet can be taken back, to more than what is asked for now");
    PersistentVolumeClaim fixed = bound("fixed");
    assertThatExceptionOfType(ClusterException.Invalid.class)
        .isThrownBy(() -> change(fixed, sized(fixed, "2Gi")))
        .withMessage(
            "persistentvolumeclaims \"x\" is forbidden: only dynamically provisioned pvc can be"
                + " resized and the storageclass that provisions the pvc must support resize"
                + " (allowVolumeExpansion: true)");
  }

  @Test
  void text_of_a_secret_becomes_data_and_wins() {
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName("x")
            .endMetadata()
            .addToData("k", "b2xk")
            .addToStringData("k", "new")
            .build();
    Admission.admitNew(Kind.SECRET, secret);
    assertThat(secret.getData()).isEqualTo(Map.of("k", "bmV3"));
    assertThat(secret.getStringData()).isNullOrEmpty();
    assertThat(secret.getType()).isEqualTo("Opaque");
  }

  @Test
  void an_immutable_secret_keeps_its_data_and_says_nothing_of_it() {
    Secret stored = (Secret) with("Secret", "/immutable", "true");
    Admission.admitNew(Kind.SECRET, stored);
    Secret next = new SecretBuilder(stored).addToData("k", "bmV3").build();
    assertThatExceptionOfType(ClusterException.Invalid.class)
        .isThrownBy(() -> Admission.admitChange(Kind.SECRET, stored, next, _ -> Optional.empty()))
        .withMessage(
            "Secret \"x\" is invalid: data: Forbidden: field is immutable when `immutable` is set");
  }

  @Test
  void a_growth_that_has_not_happened_yet_is_taken_back_but_not_to_what_is_there() {
    PersistentVolumeClaim greedy =
        sized(bound("grows"), "50Gi")
            .edit()
            .editStatus()
            .addToCapacity("storage", new Quantity("1Gi"))
            .endStatus()
            .build();
    change(greedy, sized(greedy, "1025Mi"));
    assertThatExceptionOfType(ClusterException.Invalid.class)
        .isThrownBy(() -> change(greedy, sized(greedy, "1Gi")))
        .withMessageEndingWith("can be taken back, to more than 1Gi");
  }

  private static PersistentVolumeClaim bound(String klass) {
    PersistentVolumeClaim claim =
        (PersistentVolumeClaim)
            admitted(with("PersistentVolumeClaim", "/spec/storageClassName", '"' + klass + '"'));
    return claim.edit().editOrNewStatus().withPhase("Bound").endStatus().build();
  }

  private static PersistentVolumeClaim sized(PersistentVolumeClaim claim, String size) {
    ObjectNode tree = Json.tree(claim);
    tree.withObject("/spec/resources/requests").put("storage", size);
    return Json.parse(Kind.CLAIM, tree);
  }

  private static HasMetadata admitted(HasMetadata object) {
    Admission.admitNew(Kind.of(object), object);
    return object;
  }

  private static void change(HasMetadata stored, HasMetadata next) {
    Function<String, Optional<StorageClass>> classes =
        name -> {
          StorageClass klass =
              (StorageClass) with("StorageClass", "/metadata/name", '"' + name + '"');
          klass.setAllowVolumeExpansion(name.equals("grows"));
          return Optional.of(klass);
        };
    Admission.admitChange(Kind.of(stored), stored, next, classes);
  }

  private static HasMetadata good(String kind) {
    return with(kind, "/metadata/generateName", "null");
  }

  private static HasMetadata with(String kind, String path, String value) {
    try {
      ObjectNode tree = (ObjectNode) Json.mapper().readTree(GOOD.get(kind));
      JsonPointer at = JsonPointer.compile(path);
      JsonNode set = Json.mapper().readTree(value);
      switch (tree.at(at.head())) {
        case ArrayNode list -> list.add(set);
        case ObjectNode object when set.isNull() -> object.remove(at.last().getMatchingProperty());
        case ObjectNode object -> object.set(at.last().getMatchingProperty(), set);
        case JsonNode none -> throw new AssertionError(path + " is in no container of " + none);
      }
      Kind<?> known =
          Kind.find(tree.path("apiVersion").asText(), tree.path("kind").asText()).orElseThrow();
      return Json.parse(known, tree);
    } catch (JsonProcessingException e) {
      throw new AssertionError(value, e);
    }
  }
}
