# For tests of sessions that nginx issues: a backend that grants what its request asks for, and what came of it.
#
#   my $nginx = Nginx->new(realm => '…', backend => login_backend(), locations => '… session_issue app; …');
#   my $response = login($nginx, {user => '42', claims => '{"role":"admin"}'}, 'Cookie: …');
#   my ($header, $claims) = opened(given($response), 'v1');
#   is_deeply record($redis, '42', $claims->{sid}), {…};
package Logins;

use strict;
use warnings;

use Crypt::JWT ();
use Exporter qw(import);
use JSON::PP ();

use Workspace qw(folder read_file keep_secret);

our @EXPORT = qw(login_backend grants login set_cookies given opened record keys_of);

my %grant = (user => 'User', claims => 'Claims', tenant => 'Tenant', end => 'End', stale => 'Stale');

# Repeats the request's X-Give-NAME as X-Session-NAME, and X-Give-Cache as Cache-Control; under /echo it says what nginx
# knows, as the kit's own backend does.
sub login_backend {
    my $grants = join '', map {"add_header X-Session-$_ \$http_x_give_$_ always;"} values %grant;
    return "location / { add_header Cache-Control \$http_x_give_cache; $grants return 200 welcome; }
        location /echo { return 200 \$http_x_echo; }";
}

# The lines that ask it for that.
sub grants {
    my ($wanted) = @_;
    return map { 'X-Give-' . ($grant{$_} // ucfirst) . ": $wanted->{$_}" } sort keys %$wanted;
}

sub login {
    my ($nginx, $wanted, @headers) = @_;
    my %wanted = (user => '42', path => '/login', %$wanted);
    my $path = delete $wanted{path};
    my $response = $nginx->get($path, grants(\%wanted), @headers);
    given($response, $_) for keys %{set_cookies($response)};
    return $response;
}

# name => {value, path, max-age, …}, the names of attributes in lower case.
sub set_cookies {
    my ($response) = @_;
    my %cookies;
    for my $line ($response->headers('Set-Cookie')) {
        my ($pair, @attributes) = split /; /, $line;
        my ($name, $value) = split /=/, $pair, 2;
        $cookies{$name} = {value => $value, map { /^([^=]+)=?(.*)$/ ? (lc $1 => $2) : () } @attributes};
    }
    return \%cookies;
}

# The value of a cookie that the response sets; no log may have it.
sub given {
    my ($response, $name) = (@_, 'access_token');
    my $cookie = set_cookies($response)->{$name} or return '';
    keep_secret($cookie->{value}, $cookie->{value} =~ /([^.]+)$/);
    return $cookie->{value};
}

# Header and claims of a token, as Crypt::JWT reads them with that key.
sub opened {
    my ($token, $key) = (@_, 'v1');
    my ($header, $claims) = eval {
        Crypt::JWT::decode_jwt(token => $token, key => read_file(folder() . "/$key.key"), decode_header => 1,
            verify_exp => 0, verify_iat => 0, verify_nbf => 0);
    };
    return ($header // {}, ref $claims ? $claims : {});
}

sub record {
    my ($redis, $user, $id) = @_;
    return {split /\n/, $redis->cli('HGETALL', "session:data:{$user}:$id")};
}

sub keys_of { my ($redis, $pattern) = @_; sort split /\n/, $redis->cli('KEYS', $pattern) }

1;
