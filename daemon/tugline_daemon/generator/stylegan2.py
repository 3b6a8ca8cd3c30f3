"""StyleGAN2 of the config-f family: mapping network, synthesis blocks and how they are joined.

Sources: "Analyzing and Improving the Image Quality of StyleGAN" (Karras et al., CVPR 2020) and,
for names, initial values and the order of operations, `training/networks.py` of the
StyleGAN2-ADA PyTorch reference. A state dict of that reference loads strictly, and so does one of
"StyleGAN-Human" (Fu et al., ECCV 2022), whose pictures are half as wide as high.
"""

import math
from collections.abc import Iterator, Sequence
from typing import cast

import torch
from torch import Tensor, nn

from .feature_pass import FeaturePass
from .interface import FeatureGrid, Generator, NoiseMode
from .kept import Kept
from .layers import Skip, SynthesisLayer, ToRGB
from .mapping import Mapping
from .modulated import Modulated, can_be_modulated
from .resample import filter_buffer, upsample
from .settings import StyleGAN2Settings, SynthesisSettings
from .stripes import stripes, worth_stripes
from .stylegan2_pass import ModulatedPass, Step

# "Drag Your GAN", section 4: the features after the 6th block, and the first 6 rows of W+.
_DRAG_BLOCK = 6
_DRAG_ROWS = 6


class Block(nn.Module):
    """All that happens at one resolution: one or two convolutions, and the picture so far.

    It has `resolution` rows of `columns` cells.

    The first block starts from a learned constant; each further one doubles the resolution.
    """

    resample_filter: Tensor

    def __init__(
        self,
        inputs: int | None,
        outputs: int,
        *,
        w_dim: int,
        resolution: int,
        columns: int,
        img_channels: int,
        is_last: bool,
        settings: SynthesisSettings,
    ) -> None:
        """Make the block; `inputs` None makes the first one."""
        super().__init__()
        self.register_buffer("resample_filter", filter_buffer(settings.resample_filter))

        def layer(layer_inputs: int, *, doubles: bool) -> SynthesisLayer:
            return SynthesisLayer(
                layer_inputs,
                outputs,
                w_dim=w_dim,
                rows=resolution,
                columns=columns,
                doubles=doubles,
                activation=settings.activation,
                resample_filter=settings.resample_filter,
                conv_clamp=settings.conv_clamp,
                use_noise=settings.use_noise,
            )

        if inputs is None:
            self.const = nn.Parameter(torch.randn(outputs, resolution, columns))
        else:
            self.conv0 = layer(inputs, doubles=True)
        self.conv1 = layer(outputs, doubles=False)
        self.has_picture = is_last or settings.architecture == "skip"
        if self.has_picture:
            self.torgb = ToRGB(outputs, img_channels, w_dim=w_dim, conv_clamp=settings.conv_clamp)
        self.is_residual = inputs is not None and settings.architecture == "resnet"
        if inputs is not None and self.is_residual:
            self.skip = Skip(inputs, outputs, settings.resample_filter)
        self.is_first = inputs is None
        self.resolution = resolution
        self.columns = columns
        self.num_conv = 1 if inputs is None else 2

    def layers(self) -> tuple[SynthesisLayer, ...]:
        """Return the convolutions, in the order in which they read rows."""
        return (self.conv1,) if self.is_first else (self.conv0, self.conv1)

    def features(self, x: Tensor | None, ws: Tensor, noise_mode: NoiseMode) -> Tensor:
        """Turn the previous block's activations into this block's.

        `ws` [N, at least num_conv, w_dim] starts with this block's first row.
        """
        if x is None:
            x = self.const.expand(ws.shape[0], -1, -1, -1)
            return self._layer(self.conv1, x, ws[:, 0], noise_mode)
        if not self.is_residual:
            x = self._layer(self.conv0, x, ws[:, 0], noise_mode)
            return self._layer(self.conv1, x, ws[:, 1], noise_mode)
        gain = math.sqrt(0.5)
        past: Tensor = self.skip(x, gain=gain)
        x = self._layer(self.conv0, x, ws[:, 0], noise_mode)
        return past + self._layer(self.conv1, x, ws[:, 1], noise_mode, gain)

    def picture(self, x: Tensor, past: Tensor | None, ws: Tensor) -> Tensor | None:
        """Add what these activations say to the doubled picture of the previous block."""
        if past is not None:
            past = upsample(past, self.resample_filter)
        if not self.has_picture:
            return past
        colours: Tensor = self.torgb(x, ws[:, self.num_conv])
        return colours if past is None else past + colours

    def worth_stripes(self, x: Tensor, noise_mode: NoiseMode) -> bool:
        """Whether `in_stripes` does the block for the previous one's activations, and better."""
        return not self.is_residual and worth_stripes(x, self.conv1, noise_mode)

    def in_stripes(
        self, x: Tensor, past: Tensor | None, ws: Tensor, noise_mode: NoiseMode, *, is_last: bool
    ) -> tuple[Tensor | None, Tensor | None]:
        """Return `features` and `picture` made in stripes; of the last block the picture alone.

        The block is neither the first one nor residual.
        """
        n, cells = len(x), (self.resolution, self.columns)
        features = None if is_last else x.new_empty(n, len(self.conv1.weight), *cells)
        picture = None
        if past is not None:
            picture = upsample(past, self.resample_filter)
        elif self.has_picture:
            picture = x.new_zeros(n, len(self.torgb.weight), *cells)
        for rows, stripe in stripes(x, ws, (self.conv0, self.conv1), noise_mode):
            if features is not None:
                features[:, :, rows] = stripe
            if picture is not None and self.has_picture:
                picture[:, :, rows] += self.torgb(stripe, ws[:, self.num_conv])
        return features, picture

    @staticmethod
    def _layer(
        layer: SynthesisLayer, x: Tensor, w: Tensor, noise_mode: NoiseMode, gain: float = 1.0
    ) -> Tensor:
        result: Tensor = layer(x, w, noise_mode=noise_mode, gain=gain)
        return result


class Synthesis(nn.Module):
    """`ws` [N, num_ws, w_dim] to a picture: the blocks `b4`, `b8`, ... up to the resolution."""

    def __init__(self, settings: StyleGAN2Settings) -> None:
        """Make the blocks."""
        super().__init__()
        self.resolutions = settings.resolutions
        self.num_ws = 0
        inputs: int | None = None
        for resolution in self.resolutions:
            outputs = settings.synthesis.channels(resolution)
            block = Block(
                inputs,
                outputs,
                w_dim=settings.w_dim,
                resolution=resolution,
                columns=settings.columns(resolution),
                img_channels=settings.img_channels,
                is_last=resolution == settings.img_resolution,
                settings=settings.synthesis,
            )
            self.add_module(f"b{resolution}", block)
            self.num_ws += block.num_conv
            inputs = outputs
        self.num_ws += 1  # the last block's colours

    def blocks(self) -> Iterator[tuple[str, Block, int]]:
        """Yield each block's name, the block, and the first row of `ws` that it reads."""
        first_row = 0
        for resolution in self.resolutions:
            name = f"b{resolution}"
            block = cast(Block, self.get_submodule(name))
            yield name, block, first_row
            first_row += block.num_conv  # the row of a block's colours is the next one's first

    def blocks_until(self, layer: str) -> Iterator[tuple[str, Block, int]]:
        """Yield what `blocks` does, up to `layer`."""
        for name, block, row in self.blocks():
            yield name, block, row
            if name == layer:
                return

    def rows_until(self, layer: str) -> int:
        """Count the rows of `ws` that the activations of `layer` depend on."""
        return next(row + block.num_conv for name, block, row in self.blocks() if name == layer)

    def forward(self, ws: Tensor, *, until: str | None, noise_mode: NoiseMode) -> Tensor:
        """Return the picture, or the activations that leave the block `until`."""
        x: Tensor | None = None
        picture: Tensor | None = None
        for name, block, row in self.blocks():
            if until is None and x is not None and block.worth_stripes(x, noise_mode):
                is_last = block.resolution == self.resolutions[-1]
                x, picture = block.in_stripes(x, picture, ws[:, row:], noise_mode, is_last=is_last)
                continue
            x = block.features(x, ws[:, row:], noise_mode)
            if name == until:
                return x
            if until is None:
                picture = block.picture(x, picture, ws[:, row:])
        return cast(Tensor, picture)  # the last block always has one

    def draft(self, ws: Tensor, layer: str) -> Tensor:
        """Return the activations that leave `layer`, and behind them the picture so far, if any.

        `ws` holds one row more than those activations depend on: that of the picture's colours.
        """
        x: Tensor | None = None
        picture: Tensor | None = None
        for _, block, row in self.blocks_until(layer):
            x = block.features(x, ws[:, row:], "const")
            picture = block.picture(x, picture, ws[:, row:])
        there = [part for part in (x, picture) if part is not None]
        return torch.cat(there, dim=1)


class StyleGAN2(Generator):
    """StyleGAN2 behind the interface of all generators."""

    def __init__(self, settings: StyleGAN2Settings) -> None:
        """Make the network with random weights; `load_state_dict` fills it."""
        synthesis = Synthesis(settings)
        super().__init__(
            z_dim=settings.z_dim,
            c_dim=settings.c_dim,
            w_dim=settings.w_dim,
            num_ws=synthesis.num_ws,
            width=settings.columns(settings.img_resolution),
            height=settings.img_resolution,
            feature_layers=tuple(name for name, _, _ in synthesis.blocks()),
        )
        self.settings = settings
        self.synthesis = synthesis
        self._kept: Kept[SynthesisLayer, Modulated] = Kept()
        self.mapping = Mapping(settings.z_dim, settings.c_dim, settings.w_dim, settings.mapping)

    @property
    def default_feature_layer(self) -> str:
        """The 6th block counted from 4x4, or the last of a smaller network."""
        return self.feature_layers[:_DRAG_BLOCK][-1]

    @property
    def default_movable_rows(self) -> tuple[int, ...]:
        """The first 6 rows of `ws`, or all of a smaller network."""
        return tuple(range(min(_DRAG_ROWS, self.num_ws)))

    @property
    def w_avg(self) -> Tensor:
        """The mean of W, [w_dim]; GeneratorError where the network keeps none."""
        return self.mapping.mean

    def map(
        self,
        z: Tensor,
        c: Tensor | None = None,
        *,
        truncation_psi: float = 1.0,
        truncation_cutoff: int | None = None,
    ) -> Tensor:
        """Map `z` and `c` to `ws` as Generator.map says."""
        w: Tensor = self.mapping(z, c)
        return self.mapping.spread(w, self.num_ws, truncation_psi, truncation_cutoff)

    def synthesize(
        self, ws: Tensor, *, until: str | None = None, noise_mode: NoiseMode = "const"
    ) -> Tensor:
        """Turn `ws` into the picture or a layer's activations, as Generator.synthesize says.

        Grey networks repeat their one channel three times.
        """
        self._check_noise_mode(noise_mode)
        if until is not None:
            self._check_layer(until)
        rows = self.num_ws if until is None else self.synthesis.rows_until(until)
        self._check_latents(ws, rows)
        x: Tensor = self.synthesis(ws, until=until, noise_mode=noise_mode)
        return x.expand(-1, 3, -1, -1) if until is None else x

    def draft(self, ws: Tensor, layer: str) -> Tensor:
        """Return activations and the colours so far, as Generator.draft says."""
        self._check_layer(layer)
        self._check_latents(ws, self.synthesis.rows_until(layer) + 1)
        return self.synthesis.draft(ws, layer)

    def feature_pass(self, layer: str, latent: Tensor, movable_rows: Sequence[int]) -> FeaturePass:
        """By hand where the network is one that this can be done for, as Generator.feature_pass."""
        self._check_layer(layer)
        layers = [
            (block, one, first + number)
            for _, block, first in self.synthesis.blocks_until(layer)
            for number, one in enumerate(block.layers())
        ]
        constant = layers[0][0].const
        if constant.requires_grad or not all(
            can_be_modulated(one) and not block.is_residual for block, one, _ in layers
        ):
            return super().feature_pass(layer, latent, movable_rows)
        moving = {row: number for number, row in enumerate(movable_rows)}
        return ModulatedPass(
            constant,
            [
                Step(
                    self._modulated(one, None if row in moving else latent[row], block),
                    moving.get(row),
                )
                for block, one, row in layers
            ],
            self.precision,
        )

    def _modulated(self, layer: SynthesisLayer, w: Tensor | None, block: Block) -> Modulated:
        """Return the one of before where that serves: the legs of an edit share what stays."""
        kept = self._kept.get(layer)
        if kept is None or not kept.serves(w, self.precision):
            cells = block.resolution, block.columns
            kept = self._kept[layer] = Modulated(layer, w, cells, self.precision)
        return kept

    def rows_until(self, layer: str) -> int:
        """One row for each convolution up to there."""
        self._check_layer(layer)
        return self.synthesis.rows_until(layer)

    def feature_grid(self, layer: str) -> FeatureGrid:
        """Every block covers the picture exactly, with one cell an activation."""
        self._check_layer(layer)
        rows = int(layer.removeprefix("b"))
        columns = self.settings.columns(rows)
        return FeatureGrid(columns, rows, self.width / columns, self.height / rows)
