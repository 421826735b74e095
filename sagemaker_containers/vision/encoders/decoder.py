"""A mask from an embedding and a prompt: what is exported for the browser (docs/decisions/0023).

The prompt encoder and the mask decoder of SAM (Kirillov et al. 2023, section 3 and appendix A) and SAM 2 (Ravi et
al. 2024, appendix D), over the layers of transformers' models.
"""

from typing import Any

import torch
from torch import Tensor, nn


class PromptedDecoder(nn.Module):
    """`model`: a `SamModel`, `Sam2Model` or `Sam3TrackerModel`, in fp32."""

    position: Tensor
    label_embeddings: Tensor

    def __init__(self, model: Any, side_px: int) -> None:
        super().__init__()
        self.prompts = model.prompt_encoder
        self.layers = model.mask_decoder
        self.side_px = side_px
        self.has_object_token = hasattr(self.layers, "obj_score_token")
        self.register_buffer("position", model.get_image_wide_positional_embeddings().detach())
        table = self.prompts.point_embed
        rows = table.weight if isinstance(table, nn.Embedding) else torch.cat([row.weight for row in table])
        self.register_buffer("label_embeddings", rows.detach())

    def forward(
        self,
        image: Tensor,
        point_coords: Tensor,
        point_labels: Tensor,
        mask_input: Tensor,
        has_mask_input: Tensor,
        image_x2: Tensor | None = None,
        image_x4: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """One mask's logits (1, 1, 4s, 4s) and its score (1, 1)."""
        prompt = self._prompt(point_coords, point_labels)
        earlier = self._earlier_mask(mask_input, has_mask_input)
        masks, scores = self._candidates(image + earlier, prompt, image_x2, image_x4)
        is_ambiguous = ((point_labels >= 0).sum(dim=1) == 1) & (has_mask_input < 0.5)
        return self._chosen(masks, scores, is_ambiguous)

    def _prompt(self, point_coords: Tensor, point_labels: Tensor) -> Tensor:
        """Points and corners as tokens, shape (1, 1, N, channels)."""
        where = self.prompts.shared_embedding(point_coords[:, None], (self.side_px, self.side_px))
        labels = point_labels[:, None]
        what = self.label_embeddings[labels.clamp(min=0).long()]
        nothing: Tensor = self.prompts.not_a_point_embed.weight
        return torch.where(labels[..., None] >= 0, where + what, nothing)

    def _earlier_mask(self, mask_input: Tensor, has_mask_input: Tensor) -> Tensor:
        share = has_mask_input.view(1, 1, 1, 1)
        given: Tensor = self.prompts.mask_embed(mask_input)
        without: Tensor = self.prompts.no_mask_embed.weight.view(1, -1, 1, 1)
        return share * given + (1 - share) * without

    def _candidates(
        self, image: Tensor, prompt: Tensor, image_x2: Tensor | None, image_x4: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """The mask for prompts that say enough and three for those that don't, (1, 4, 4s, 4s); their scores."""
        layers, first = self.layers, int(self.has_object_token)
        own = [layers.iou_token.weight, layers.mask_tokens.weight]
        if self.has_object_token:
            own.insert(0, layers.obj_score_token.weight)
        tokens, attended = layers.transformer(
            point_embeddings=torch.cat([torch.cat(own)[None, None], prompt], dim=2),
            image_embeddings=image,
            image_positional_embeddings=self.position,
            attention_similarity=None,
            target_embedding=None,
        )
        fine = self._upscaled(attended[:, 0].transpose(1, 2).reshape(image.shape), image_x2, image_x4)
        mask_tokens = tokens[:, 0, first + 1 : first + 1 + layers.num_mask_tokens]
        weights = torch.stack(
            [head(mask_tokens[:, n]) for n, head in enumerate(layers.output_hypernetworks_mlps)], dim=1
        )
        return torch.einsum("bnc,bchw->bnhw", weights, fine), layers.iou_prediction_head(tokens[:, 0, first])

    def _upscaled(self, image: Tensor, image_x2: Tensor | None, image_x4: Tensor | None) -> Tensor:
        """Features four times as fine, (1, channels / 8, 4s, 4s)."""
        layers = self.layers
        twice = layers.upscale_conv1(image)
        twice = layers.activation(layers.upscale_layer_norm(twice if image_x2 is None else twice + image_x2))
        fourfold: Tensor = layers.upscale_conv2(twice)
        fine: Tensor = layers.activation(fourfold if image_x4 is None else fourfold + image_x4)
        return fine

    def _chosen(self, masks: Tensor, scores: Tensor, is_ambiguous: Tensor) -> tuple[Tensor, Tensor]:
        best = 1 + scores[:, 1:].argmax(dim=1)
        chosen = torch.where(is_ambiguous | self._is_unstable(masks[:, 0]), best, torch.zeros_like(best))
        taken = chosen[:, None]
        masks_taken = masks.gather(1, taken[:, :, None, None].expand(-1, -1, *masks.shape[2:]))
        return masks_taken, scores.gather(1, taken)

    def _is_unstable(self, mask: Tensor) -> Tensor:
        """Whether a mask (1, h, w) depends much on where its edge is drawn; SAM 1 doesn't ask."""
        layers = self.layers
        if not getattr(layers, "dynamic_multimask_via_stability", False):
            return torch.zeros_like(mask[:, 0, 0], dtype=torch.bool)
        delta = layers.dynamic_multimask_stability_delta
        inner = (mask > delta).sum(dim=(1, 2))
        outer = (mask > -delta).sum(dim=(1, 2))
        is_unstable: Tensor = inner < layers.dynamic_multimask_stability_thresh * outer
        return is_unstable
