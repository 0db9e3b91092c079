package dev.berth.program.control;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * What a command asks of the daemon.
 *
 * @param verb what to do
 * @param kind the kind in a manifest's words, for example {@code PersistentVolumeClaim}; empty for
 *     {@link Verb#APPLY}, whose object says it
 * @param namespace the namespace, empty for all of them or where the kind has none
 * @param name the object's name, empty for all of them
 * @param object the manifest of {@link Verb#APPLY}, else null node
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record Request(Verb verb, String kind, String namespace, String name, JsonNode object) {
  /** What can be asked. */
  public enum Verb {
    /** One object, or all of a kind: an item for each. */
    GET,
    /** As {@link #GET}, and then every change until the caller hangs up. */
    WATCH,
    /** Creates the object or changes it to what the manifest says: one item. */
    APPLY,
    /** Deletes one object: one item, as it was. */
    DELETE,
    /** Answers, without an item, when the object is gone. */
    AWAIT_GONE,
    /** Where the volumes of a pod are mounted: an item for each. */
    MOUNTS,
    /** Which volumes no PersistentVolume names, and which pools are missing: an item for each. */
    DOCTOR,
    /** Moves the volume of this name to the trash, if no PersistentVolume names it: one item. */
    REPAIR,
    /** The volumes in the pools: an item for each. */
    VOLUMES,
    /** The pools and how full they are: an item for each. */
    POOLS,
    /** The deleted volumes that can be had back: an item for each. */
    TRASH,
    /** Takes the volume of this name out of the trash: one item. */
    UNDELETE
  }

  public Request {
    kind = kind == null ? "" : kind;
    namespace = namespace == null ? "" : namespace;
    name = name == null ? "" : name;
    object = object == null ? JsonNodeFactory.instance.nullNode() : object;
  }

  /** A question about objects of a kind. */
  public static Request of(Verb verb, String kind, String namespace, String name) {
    return new Request(verb, kind, namespace, name, JsonNodeFactory.instance.nullNode());
  }

  /** The request that applies a manifest. */
  public static Request apply(JsonNode object) {
    return new Request(Verb.APPLY, "", "", "", object);
  }
}
