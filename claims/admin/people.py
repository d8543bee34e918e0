"""People and groups, in the desk's own clothes. Nobody is removed: what they did stays on record under their name."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from claims.admin.side_by_side import Watchful
from claims.models.rights import GROUPS

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(Watchful, BaseUserAdmin, ModelAdmin):
    """Who may come in."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody is removed: whoever leaves is made inactive, and the history keeps the name."""
        return False


@admin.register(Group)
class GroupAdmin(Watchful, BaseGroupAdmin, ModelAdmin):
    """What a group of people may do. Four groups are given; a newsroom may make more of its own."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        """Groups with their permissions, each of which is named after a table."""
        return super().get_queryset(request).prefetch_related("permissions__content_type")

    def get_readonly_fields(self, request: HttpRequest, obj: Group | None = None) -> tuple[str, ...]:
        """The given groups are what the table of rights says: another set of rights is another group."""
        return ("name", "permissions") if obj and obj.name in GROUPS else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The given groups would come back; one of a newsroom's own may go."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.name not in GROUPS)
