package dev.berth.e2e.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The least that any driver must send to have claims bound: each claim is created, its
 * PersistentVolume is, and both get what binds them, four writes in all, with no volume behind
 * them. How many a second this machine's control plane takes is what a driver's rate is put beside,
 * since both share its processors.
 */
final class BareWrites {
  private static final String PROVISIONER = "bare.example";

  private final Api api;
  private final String namespace;

  BareWrites(Api api, String namespace) {
    this.api = api;
    this.namespace = namespace;
  }

  /** Claims bound per second, from the first request to the last answer. */
  double perSecond(int claims) {
    api.create(
        "/apis/storage.k8s.io/v1/storageclasses",
        Manifests.storageClass("bare", "Immediate", "Retain")
            .replace("local.berth.dev", PROVISIONER));
    List<Integer> numbers = IntStream.range(0, claims).boxed().toList();
    long began = System.nanoTime();
    api.each(numbers, this::bind);
    double seconds = (System.nanoTime() - began) / 1e9;
    api.delete(numbers.stream().map(number -> Api.claims(namespace) + "/bare-" + number).toList());
    api.delete(numbers.stream().map(number -> volume("bare-" + namespace + number)).toList());
    api.delete(List.of("/apis/storage.k8s.io/v1/storageclasses/bare"));
    return claims / seconds;
  }

  private void bind(int number) {
    String claim = "bare-" + number;
    String volume = "bare-" + namespace + number;
    JsonNode made =
        api.create(Api.claims(namespace), Manifests.claim(claim, "bare", "ReadWriteOnce", "16Mi"));
    api.create(
        "/api/v1/persistentvolumes",
        """
        metadata:
          name: %s
        spec:
          capacity: {storage: 16Mi}
          accessModes: [ReadWriteOnce]
          storageClassName: bare
          persistentVolumeReclaimPolicy: Retain
          claimRef: {kind: PersistentVolumeClaim, namespace: %s, name: %s, uid: %s}
          csi: {driver: %s, volumeHandle: %s}
        """
            .formatted(
                volume, namespace, claim, made.at("/metadata/uid").asText(), PROVISIONER, volume));
    api.patch(volume(volume) + "/status", "{\"status\": {\"phase\": \"Bound\"}}");
    String path = Api.claims(namespace) + "/" + claim;
    api.patch(
        path,
        """
        {"metadata": {"annotations": {"pv.kubernetes.io/bind-completed": "yes",
          "pv.kubernetes.io/bound-by-controller": "yes"}}, "spec": {"volumeName": "%s"}}
        """
            .formatted(volume));
    api.patch(
        path + "/status",
        """
        {"status": {"phase": "Bound", "accessModes": ["ReadWriteOnce"],
          "capacity": {"storage": "16Mi"}}}
        """);
  }

  private static String volume(String name) {
    return "/api/v1/persistentvolumes/" + name;
  }
}
