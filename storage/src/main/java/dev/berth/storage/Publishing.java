package dev.berth.storage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who may use a volume of a shared pool, and whose its image is.
 *
 * @param epoch how often the image has gone from one node to another; 0 when it never was anybody's
 * @param holder the node whose image it is or was last, part of the image's name
 * @param staged whether that node may still have the image attached: it said that it attaches it,
 *     and has not said since that it let go
 * @param publications the nodes that may use it now, and how
 */
public record Publishing(
    long epoch, Optional<String> holder, boolean staged, Map<String, Publication> publications) {
  /** Nobody may use it, and nobody ever did. */
  static final Publishing NONE = new Publishing(0, Optional.empty(), false, Map.of());

  public Publishing {
    holder.ifPresent(Member::requireNode);
    if (epoch < 0 || (epoch == 0) != holder.isEmpty()) {
      throw new VolumeException.Invalid("epoch " + epoch + " does not go with holder " + holder);
    }
    publications = Map.copyOf(publications);
  }

  /** What the image is called: {@code image}, and once it was published its epoch and its node. */
  String imageName() {
    return holder.map(node -> VolumeFile.IMAGE + "." + epoch + "." + node).orElse(VolumeFile.IMAGE);
  }

  /** How that node may use it; empty when it may not. */
  public Optional<Publication> at(String node) {
    return Optional.ofNullable(publications.get(node));
  }

  /** The same with one publication more. */
  Publishing with(Publication one) {
    Map<String, Publication> all = new TreeMap<>(publications);
    all.put(one.node(), one);
    return new Publishing(epoch, holder, staged, all);
  }

  /** The same without that node's publication. */
  Publishing without(String node) {
    Map<String, Publication> all = new TreeMap<>(publications);
    all.remove(node);
    return new Publishing(epoch, holder, staged, all);
  }

  /** The same with nobody who may use it. */
  Publishing withoutAll() {
    return new Publishing(epoch, holder, staged, Map.of());
  }

  /** The image goes to {@code node}, which has not attached it yet. */
  Publishing handedTo(String node) {
    return new Publishing(Math.addExact(epoch, 1), Optional.of(node), false, publications);
  }

  Publishing withStaged(boolean now) {
    return new Publishing(epoch, holder, now, publications);
  }

  void write(ObjectNode node) {
    node.put("epoch", epoch);
    holder.ifPresent(h -> node.put("holder", h));
    node.put("staged", staged);
    ObjectNode nodes = node.putObject("nodes");
    new TreeMap<>(publications).forEach((name, one) -> nodes.put(name, one.how()));
  }

  static Publishing read(Fields fields) {
    Map<String, Publication> all = new TreeMap<>();
    Fields nodes = fields.object("nodes");
    nodes
        .texts()
        .keySet()
        .forEach(
            name ->
                all.put(
                    name,
                    nodes.parsed(name, "is no publication", how -> Publication.parse(name, how))));
    return new Publishing(
        fields.number("epoch"), fields.optionalText("holder"), fields.flag("staged"), all);
  }
}
