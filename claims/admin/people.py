"""People and groups, in the desk's own clothes."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import Group, User
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from claims.admin.side_by_side import Watchful

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(Watchful, BaseUserAdmin, ModelAdmin):
    """Who may come in."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm


@admin.register(Group)
class GroupAdmin(Watchful, BaseGroupAdmin, ModelAdmin):
    """What a group of people may do."""
