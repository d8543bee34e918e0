"""Every address of the app in one table."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
