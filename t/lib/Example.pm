# A configuration of conf-examples/ as the test kit runs it: on a free port, with keys, certificates, Redis and
# application of the workspace in the places where the example expects them.
#
#   my $nginx = Example->new(example => 'first', redis => $redis);    # a Redis as RedisServer has it
#   Example->check(text => '…');                                      # not from a file
#
# /etc/nginx/ is the workspace's folder, or the one of the setting `etc`. The application answers with what nginx tells
# it: user, version, roles, or what the setting `echo` says. A request with the query `user=42` and, where it likes,
# `claims={...}` is a login. The setting `application` names the address of another one.
package Example;

use strict;
use warnings;

use parent -norequire, 'Nginx';

use Cwd qw(abs_path);
use File::Basename qw(dirname);

use Certificates ();
use Client;
use Nginx;
use Workspace qw(folder write_file read_file);

my $examples = abs_path(dirname(__FILE__) . '/../../conf-examples');

sub names { map {m{([^/]+)\.conf$}} glob "$examples/*.conf" }

sub configuration {
    my ($self) = @_;
    my $setting = $self->{setting};
    my $text = $setting->{text} // read_file("$examples/$setting->{example}.conf");
    my $etc = $setting->{etc} // folder();
    my ($certificate, $key) = Certificates::certificate('localhost', ip => '127.0.0.1');
    mkdir "$etc/tls";
    write_file("$etc/tls/site.crt", read_file($certificate));
    write_file("$etc/tls/site.key", read_file($key));

    # The kit's own configuration knows where all else is.
    my $kit = $self->SUPER::configuration;
    my ($module) = $kit =~ /^(load_module .*)$/m;
    my ($temporary) = $kit =~ /^ *(client_body_temp_path .*)$/m;
    my $main = join "\n", $kit =~ /^((?:user|daemon|pid) .*)$/mg;

    my $socket = "unix:$self->{prefix}/backend.sock";
    my $echo = $setting->{echo} // '$http_x_user $http_x_token_version $http_x_roles';
    my $application = "server { listen $socket; location / { add_header X-Session-User \$arg_user;"
        . " add_header X-Session-Claims \$arg_claims; return 200 '$echo'; } }";
    $text =~ s{^load_module .*$}{$module}m;
    $text =~ s{/var/log/nginx/}{$self->{prefix}/}g;
    $text =~ s{/etc/nginx/}{$etc/}g;
    $text =~ s{listen 443 ssl;}{listen 127.0.0.1:$self->{port} ssl;};
    $text =~ s{server 127\.0\.0\.1:\d+;}{server @{[ $setting->{application} // $socket ]};};
    if ($setting->{redis}) {
        # A busy machine that tests is slower than a Redis that serves.
        my $address = $setting->{redis}->address;
        $text =~ s/^ *redis_timeout .*$//mg;
        $text =~ s/\bredis +[^;\n]+;/redis $address; redis_timeout 10s; redis_connect_timeout 10s;/g;
    }
    $text =~ s/^http \{/http { $temporary access_log off; $application/m;
    return "$main\n$text";
}

# All examples speak TLS.
sub connect { my ($self) = @_; Client->connect(port => $self->{port}, tls => 1) }

1;
