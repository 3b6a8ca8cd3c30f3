"""The line below the preview: how near the picture is seen, and what is done to its arrows."""

from tugline_edit import labels
from tugline_edit.view import ViewState
from tugline_gimp.gi_modules import Gtk

from .asked import DragDesk
from .manners import button, icon_button, show_if, with_class
from .photo_switch import PhotoSwitch
from .preview import Preview
from .viewing import percent


class PictureBar(Gtk.Box):
    """Zoom buttons at the left, those that remove arrows at the right.

    Over a photo there is the switch that shows it, between them.
    """

    def __init__(self, desk: DragDesk, preview: Preview) -> None:
        super().__init__(spacing=0)
        self._preview = preview
        self._scale = Gtk.Label(tooltip_text="How large the picture is seen", width_chars=6)
        self._fit = icon_button(
            "zoom-fit-best-symbolic",
            "Fit",
            "See all of the picture (0)",
            lambda: preview.set_zoom(None),
        )
        self._photo = PhotoSwitch(desk.show_photo)
        self._delete = button(labels.DELETE_ARROW, "D", desk.delete_arrow)
        self._clear = button(labels.CLEAR_ARROWS, "w", desk.clear_arrows)
        zooming = (
            icon_button(
                "zoom-out-symbolic",
                "Zoom out",
                "See more of the picture (-, or Ctrl and the wheel)",
                lambda: preview.zoom_by(-1),
            ),
            with_class(self._scale, "tugline-quiet"),
            icon_button(
                "zoom-in-symbolic",
                "Zoom in",
                "See the picture larger, to aim at a point (+, or Ctrl and the wheel)",
                lambda: preview.zoom_by(1),
            ),
            self._fit,
        )
        for part in (*zooming, self._photo):
            self.add(part)
        for part in (self._photo, self._clear, self._delete):
            part.set_relief(Gtk.ReliefStyle.NONE)
        for part in (self._clear, self._delete):
            self.pack_end(part, False, False, 0)

    def put_back(self) -> None:
        """Have the picture seen where its switch has hidden it."""
        self._photo.put_back()

    def show_scale(self) -> None:
        """Show how large the picture is seen now."""
        self._scale.set_text(percent(self._preview.scale))
        self._fit.set_sensitive(not self._preview.fits)

    def show_state(self, state: ViewState) -> None:
        """Let arrows be removed where there are some, and the photo be seen where there is one."""
        self._photo.show_state(state)
        show_if(self._photo, state.over_photo)
        for part in (self._clear, self._delete):
            part.set_sensitive(state.arrows > 0)
